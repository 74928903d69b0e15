# SPDX-License-Identifier: MIT
"""The digits network on a backend, measured over samples that it was not trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from npucore import plugins
from npucore.contract.backend import Availability, Backend
from npucore.contract.placement import Placement
from npucore.errors import NpucoreError
from npucore.graph import Graph
from npucore.running.fallback import REFERENCE
from npucore.running.options import of_each
from npucore.running.partition import partition
from npucore.running.session import Session, load, open_backend
from npucore.tensor import Array
from npucore.vision.image import to_input

NETWORK = "digits.tflite"
SAMPLES = "digits.npz"
BUDGET_SECONDS = 20.0  # per backend: a simulator may take long for each sample


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """The network and its held-out samples."""

    graph: Graph
    images: npt.NDArray[np.uint8]  # (N, 8, 8, 1)
    labels: npt.NDArray[np.uint8]  # (N,)

    def input(self, index: int) -> Array:
        """Sample *index* as the network wants it."""
        return to_input(Image.fromarray(self.images[index, :, :, 0]), self.graph.inputs[0])


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """How one backend did."""

    backend: str
    device: Availability
    predictions: npt.NDArray[np.intp]  # of the first samples, as many as there was time for
    accuracy: float  # share of these that are right
    seconds: float  # mean of one inference
    placement: tuple[Placement, ...]  # of every op


@dataclass(frozen=True, slots=True)
class Skipped:
    """A backend that runs nothing of the network, and why."""

    backend: str
    reason: str


def load_digits() -> Digits:
    """Read the network and the samples that the package brings."""
    folder = resources.files("npucore.demo")
    with resources.as_file(folder / NETWORK) as path:
        graph = load(path)
    with (folder / SAMPLES).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Digits(graph, arrays["images"], arrays["labels"])


def evaluate(
    digits: Digits,
    backend: Backend,
    budget_seconds: float = BUDGET_SECONDS,
    progress: Callable[[int], None] = lambda done: None,
    placement: str | None = None,
    host: str | None = None,
) -> Score | Skipped:
    """Classify the samples on *backend*, until all are done or *budget_seconds* are over.

    Ops that the backend refuses run on the fallback and are counted there. The first inference
    is not timed. *progress* is called with the number of samples done.
    """
    if reason := refusal(digits.graph, backend):
        return Skipped(backend.name, reason)
    with Session(digits.graph, backend, placement=placement, host=host) as session:
        session.run(digits.input(0))
        answers, seconds = [], 0.0
        for index in range(len(digits.labels)):
            array, start = digits.input(index), perf_counter()
            (scores,) = session.run(array)
            seconds += perf_counter() - start
            answers.append(int(scores.argmax()))
            progress(index + 1)
            if seconds > budget_seconds:
                break
    predictions = np.array(answers)
    right = predictions == digits.labels[: len(predictions)]
    placements = tuple(session.placement)
    mean = seconds / len(predictions)
    here = backend.availability()
    return Score(backend.name, here, predictions, float(right.mean()), mean, placements)


def refusal(graph: Graph, backend: Backend) -> str | None:
    """Why *backend* takes no op at all of *graph*: its most frequent reason; None if it does."""
    reasons: Counter[str] = Counter()
    for placement in partition(graph, [backend, open_backend(REFERENCE)]).placements:
        if placement.backend == backend.name:
            return None
        reasons[(placement.reason or "no reason given").removeprefix(f"{backend.name}: ")] += 1
    return next((reason for reason, _ in reasons.most_common(1)), "the network has no ops")


@dataclass(frozen=True, slots=True, eq=False)
class Demonstration:
    """The network and its samples, how each backend did, and those that run nothing of it."""

    digits: Digits
    scores: tuple[Score, ...]
    skipped: tuple[Skipped, ...]


def run_demo(
    backend: Sequence[str] | str | None = None,
    *,
    progress: Callable[[str, int, int], None] = lambda name, done, total: None,
    placement: str | None = None,
    host: str | None = None,
    **options: Any,
) -> Demonstration:
    """Recognise the digits inside the package on every backend, one after the other.

    Those that *backend* names must work; of all installed ones, which are meant without it, those
    that fail are skipped. Each has those *options* that it knows. *progress* is called with a
    backend's name, the samples that are done and all. Raises `UnsupportedError` for an option that
    none of them has.
    """
    digits, results = load_digits(), list[Score | Skipped]()
    if backend is None:
        names = [*plugins.names(plugins.BACKENDS)]
        opened: list[Backend | None] = [None] * len(names)
        settings = of_each(options, names)
    else:
        names = [backend] if isinstance(backend, str) else list(backend)
        settings = of_each(options, names)
        opened = [open_backend(n, **own) for n, own in zip(names, settings, strict=True)]
    total = len(digits.labels)
    for name, one, own in zip(names, opened, settings, strict=True):

        def told(done: int, name: str = name) -> None:
            progress(name, done, total)

        if one is None:
            results.append(evaluate_installed(digits, name, told, placement, host, **own))
        else:
            results.append(evaluate(digits, one, progress=told, placement=placement, host=host))
    scores = tuple(result for result in results if isinstance(result, Score))
    return Demonstration(digits, scores, tuple(r for r in results if isinstance(r, Skipped)))


def evaluate_installed(
    digits: Digits,
    name: str,
    progress: Callable[[int], None] = lambda done: None,
    placement: str | None = None,
    host: str | None = None,
    **options: Any,
) -> Score | Skipped:
    """`evaluate` the installed backend *name*, with those *options* that it has.

    One that is broken or fails is skipped.
    """
    try:
        backend = open_backend(name, **options)
        return evaluate(digits, backend, progress=progress, placement=placement, host=host)
    except NpucoreError as error:
        return Skipped(name, str(error))
    except Exception as error:  # a plugin's fault, whatever it is: the others still run
        return Skipped(name, f"{type(error).__name__}: {error}")
