# SPDX-License-Identifier: MIT
"""Thousands of inferences of the demonstration network with random faults.

``python -m benchmarks.soak [--backend vsim]`` counts inferences, faults, errors that were reported,
wrong outputs (none is allowed), and what the process holds at the end of each tenth: memory, files,
mappings, threads.
"""

from __future__ import annotations

import argparse
import errno
import gc
import os
import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

import numpy as np

import npucore
from npucore.errors import DeviceError
from npucore.graph import Graph
from npucore_rocket import virtual as rocket
from npucore_vsim import virtual as vsim

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
SAMPLES = 16
ROCKET_FAULTS = (
    (rocket.Point.OPEN, rocket.Effect.EACCES),
    (rocket.Point.CREATE, rocket.Effect.ENOMEM),
    (rocket.Point.MMAP, rocket.Effect.ENOMEM),
    (rocket.Point.HAND_OVER, rocket.Effect.EIO),
    (rocket.Point.SUBMIT, rocket.Effect.ENOMEM),
    (rocket.Point.SUBMIT, rocket.Effect.EINTR),
    (rocket.Point.SUBMIT, rocket.Effect.VANISHED),
    (rocket.Point.WAIT, rocket.Effect.EIO),
    (rocket.Point.WAIT, rocket.Effect.EINTR),
    (rocket.Point.QUEUE, rocket.Effect.DROPPED),
    (rocket.Point.JOB, rocket.Effect.HANG),
    (rocket.Point.JOB, rocket.Effect.LOST_INTERRUPT),
    (rocket.Point.JOB, rocket.Effect.PAGE_FAULT),
    (rocket.Point.JOB, rocket.Effect.CORRUPTED_WORD),
)
VSIM_FAULTS = (
    *((vsim.Point.JOB, effect) for effect in vsim.Effect if effect is not vsim.Effect.VANISHED),
    (vsim.Point.SUBMIT, vsim.Effect.VANISHED),
    *(
        (point, number)
        for point in vsim.Point
        if point is not vsim.Point.JOB
        for number in (errno.EIO, errno.ENOMEM, errno.EINTR, errno.ENODEV)
    ),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A backend's virtual kernel, what may go wrong there, and how often a point is passed."""

    kernel: Callable[[], Any]
    fault: Callable[..., Any]
    faults: tuple[tuple[Any, Any], ...]
    ahead: int


SUBJECTS: Mapping[str, Subject] = {
    "rocket": Subject(rocket.VirtualKernel, rocket.Fault, ROCKET_FAULTS, 60),
    "vsim": Subject(vsim.VirtualKernel, vsim.Fault, VSIM_FAULTS, 6),
}


@dataclass(frozen=True, slots=True)
class Held:
    """What the process holds."""

    kilobytes: int
    files: int
    mappings: int
    threads: int


@dataclass(slots=True)
class Soak:
    """How it went."""

    right: int = 0
    wrong: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    held: list[Held] = field(default_factory=list)


def soak(count: int, share: float, cores: int = 1, seed: int = 0, backend: str = "rocket") -> Soak:
    """*count* inferences; before a *share* of them a fault is ordered, somewhere ahead."""
    graph, rng = npucore.load(DIGITS), np.random.default_rng(seed)
    inputs = [rng.integers(-128, 128, graph.inputs[0].shape, np.int8) for _ in range(SAMPLES)]
    wanted = list(_wanted(graph, inputs, backend))
    subject, done = SUBJECTS[backend], Soak()
    kernel = subject.kernel()
    options: dict[str, Any] = {"cores": cores} if cores > 1 else {}
    with npucore.Session(graph, backend, device=kernel, **options) as session:
        for number in range(count):
            if rng.random() < share:
                point, effect = subject.faults[rng.integers(len(subject.faults))]
                after = int(rng.integers(subject.ahead))
                kernel.faults.order(subject.fault(point, effect, after))
            sample = number % SAMPLES
            try:
                same = session.submit(inputs[sample]).result()[0].tobytes() == wanted[sample]
            except DeviceError as error:
                done.errors[str(error).partition(";")[0].rpartition(": ")[2]] += 1
            else:
                done.right, done.wrong = done.right + same, done.wrong + (not same)
            if number % max(count // 10, 1) == 0:
                done.held.append(_held(kernel))
    done.faults = kernel.faults.done
    return done


def _wanted(graph: Graph, inputs: list[np.ndarray], backend: str) -> Iterator[bytes]:
    with npucore.Session(graph, backend, device="simulator") as session:
        for array in inputs:
            yield session.run(array)[0].tobytes()


def _held(kernel: Any) -> Held:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    kilobytes = pages * resource.getpagesize() // 1024
    return Held(kilobytes, len(kernel.files), kernel.mappings, threading.active_count())


def main() -> int:
    """Print the counts; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--backend", choices=SUBJECTS, default="rocket")
    args = parser.parse_args()
    start = time.perf_counter()
    done = soak(args.count, args.share, args.cores, backend=args.backend)
    seconds = time.perf_counter() - start
    print(f"{args.count} inferences in {seconds:.0f} s: {done.right} right, {done.wrong} wrong,")
    print(f"{sum(done.errors.values())} reported errors after {done.faults} faults:")
    for text, count in done.errors.most_common():
        print(f"  {count:5} {text}")
    for held in done.held:
        print(held)
    return int(done.wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
