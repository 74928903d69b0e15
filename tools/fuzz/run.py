# SPDX-License-Identifier: MIT
"""Run mutations in a worker process that may not grow, hang or die."""

from __future__ import annotations

import multiprocessing
import resource
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

import numpy as np

from npucore.errors import (
    MOST_CHARACTERS,
    DeviceError,
    InputError,
    InvalidModelError,
    NpucoreError,
    PluginError,
    UnsupportedError,
)
from npucore.files.artifact import Artifact
from npucore.files.atomic import scratch_folder
from npucore.files.stored_arrays import read_array, read_arrays
from npucore.graph import Graph
from npucore.ops.macs import macs
from npucore.running.session import Session
from npucore.tensor import Tensor
from npucore.vision.image import load_image
from npucore_tflite import parse
from tools.fuzz.mutate import Mutator

SECONDS = 1.0  # of CPU time, for each file
BYTES = 1 << 30  # of address space beyond what the worker has at its start
MOST_MACS = 100_000_000  # a tenth of a second's work
EXPECTED = ("answer", "invalid", "unsupported", "large")
PATIENCE = 20.0  # seconds without a word from the worker


class LargeError(Exception):
    """A network that asks for much work."""


class Mutations(Protocol):
    """Damages one file."""

    def mutation(self, number: int) -> bytes:
        """The file, damaged; the same for the same number."""
        ...


@dataclass(slots=True)
class Outcome:
    """What became of the mutations of one file."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def add(self, number: int, what: str, seconds: float, detail: str) -> None:
        """Count one mutation."""
        self.counts[what] += 1
        self.slowest = max(self.slowest, seconds)
        if what not in EXPECTED or seconds >= SECONDS:
            self.failures.append(f"mutation {number}: {what} in {seconds:.2f} s\n{detail}")


def fuzz(seed_file: Path, numbers: range, backend: str = "reference") -> Outcome:
    """Try the mutations of *seed_file* with these numbers."""
    outcome, remaining = Outcome(), iter(numbers)
    pending = next(remaining, None)
    while pending is not None:
        receiver, sender = multiprocessing.Pipe(duplex=False)
        rest = range(pending, numbers.stop, numbers.step)
        worker = multiprocessing.Process(target=_work, args=(seed_file, rest, sender, backend))
        worker.start()
        sender.close()
        for number, what, seconds, detail in _messages(receiver):
            outcome.add(number, what, seconds, detail)
            pending = next(remaining, None) if number == pending else pending
        worker.terminate()
        worker.join()
        if pending is not None and (receiver.closed or worker.exitcode != 0):
            outcome.add(pending, f"worker died or hung ({worker.exitcode})", 0.0, "")
            pending = next(remaining, None)
    return outcome


def _messages(receiver: Connection) -> Iterator[tuple[int, str, float, str]]:
    """What the worker says, until it ends or falls silent."""
    while receiver.poll(PATIENCE):
        try:
            yield receiver.recv()
        except EOFError:
            return


def _work(seed_file: Path, numbers: range, sender: Connection, backend: str) -> None:
    warnings.simplefilter("ignore")  # Pillow's, of every second damaged file
    mutator, trial = _format(seed_file, backend)
    trial(seed_file.read_bytes())  # what is imported at the first file is no file's fault
    _limit_memory()
    for number in numbers:
        start = time.process_time()
        what, detail = trial(mutator.mutation(number))
        sender.send((number, what, time.process_time() - start, detail))


def _format(seed_file: Path, backend: str) -> tuple[Mutations, Callable[[bytes], tuple[str, str]]]:
    """Who damages files of this kind, and who tries them."""
    data, suffix = seed_file.read_bytes(), seed_file.suffix
    if suffix == ".tflite":
        return Mutator(data), partial(attempt, backend=backend)
    if suffix == ".onnx":
        from npucore_onnx import parse as parse_onnx
        from tools.fuzz.mutate_onnx import OnnxMutator

        return OnnxMutator(data), partial(attempt, read=parse_onnx, backend=backend)
    if suffix == ".npu":
        from tools.fuzz.mutate_artifact import ArtifactMutator

        return ArtifactMutator(data), attempt_artifact
    from tools.fuzz.mutate_bytes import ByteMutator

    return ByteMutator(data), attempt_arrays if suffix in (".npy", ".npz") else attempt_image


def _limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def attempt(
    data: bytes, read: Callable[[bytes], Graph] | None = None, backend: str = "reference"
) -> tuple[str, str]:
    """``answer``, ``invalid``, ``unsupported`` or ``large``; anything else with a traceback.

    A sound network that asks for more than `MOST_MACS` is opened and not run: it may take long.
    """

    def trial() -> None:
        graph = (read or parse)(data)
        with Session(graph, backend, fallback="reference", placement="greedy") as session:
            if sum(macs(op) or 0 for op in graph.ops) > MOST_MACS:
                raise LargeError
            session.run([np.zeros(t.shape, t.dtype) for t in session.inputs])

    return judge(trial)


def attempt_artifact(data: bytes) -> tuple[str, str]:
    """Likewise for an artefact: what loads, runs. Rocket's validator refuses in a device's name."""

    def trial() -> None:
        with scratch_folder() as folder:
            (path := folder / "x.npu").write_bytes(data)
            artifact = Artifact.read(path)
        try:
            session = Session(artifact)
        except DeviceError as error:
            raise InvalidModelError(str(error)) from error
        with session:
            session.run([np.zeros(t.shape, t.dtype) for t in session.inputs])

    return judge(trial)


def attempt_arrays(data: bytes) -> tuple[str, str]:
    """Likewise for an .npy or .npz, read for a tensor and for a listing."""
    wanted = Tensor("x", (1, 3, 4), np.dtype(np.float32))

    def trial() -> None:
        with scratch_folder() as folder:
            (path := folder / "x.npz").write_bytes(data)
            read_arrays(path)
            read_array(path, wanted)

    return judge(trial)


def attempt_image(data: bytes) -> tuple[str, str]:
    """Likewise for a photo."""

    def trial() -> None:
        with scratch_folder() as folder:
            (path := folder / "x").write_bytes(data)
            load_image(path)

    return judge(trial)


def judge(trial: Callable[[], None]) -> tuple[str, str]:
    """How *trial* ends."""
    try:
        trial()
    except LargeError:
        return "large", ""
    except (InvalidModelError, InputError) as error:
        return _sentence("invalid", error)
    except (UnsupportedError, PluginError) as error:
        return _sentence("unsupported", error)
    except BaseException as error:  # whatever it is, it should not have come out
        return type(error).__name__, traceback.format_exc()
    return "answer", ""


def _sentence(what: str, error: NpucoreError) -> tuple[str, str]:
    text = str(error)
    return (what, text) if len(text) <= MOST_CHARACTERS else ("too long", text)
