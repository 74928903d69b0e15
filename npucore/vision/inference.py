# SPDX-License-Identifier: MIT
"""A network run once on a photo, a sound or arrays, and everything that there is to say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from npucore.contract.backend import Backend
from npucore.contract.placement import Placement
from npucore.errors import InputError
from npucore.files.artifact import Artifact, is_artifact
from npucore.graph import Graph, Network
from npucore.running.network import read_network
from npucore.running.placing import Placing, placing_of
from npucore.running.session import FALLBACK, Backends, Model, Session, open_all
from npucore.running.work import Work, counts, fallbacks, taken
from npucore.tensor import Array, Shape
from npucore.vision import open_shapes
from npucore.vision.feeding import Options
from npucore.vision.inputs import Inputs, Sources, read_inputs
from npucore.vision.kinds import Answer
from npucore.vision.labels import Names
from npucore.vision.reading import NO_OPTIONS, USUAL, Reading

T = TypeVar("T")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Seconds:
    """To read a model (0 for one that is read already), to compile it, and of every run."""

    load: float
    compile: float
    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median over all runs, of an even number the mean of the middle two."""
        ordered, middle = sorted(self.runs), len(self.runs) // 2
        return (ordered[middle] + ordered[-middle - 1]) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Inference:
    """An answer and how it came about.

    Parameters
    ----------
    network, inputs, outputs
        What ran, what it was given, and what it gave, in the order of its outputs.
    answer, names
        What that means, and the names of classes; places are relative to the photo.
    backends
        Those that were chosen, and those that ran something.
    chosen, placements, works
        As in `Explanation`.
    seconds
        How long that took.
    """

    network: Network
    inputs: Inputs
    outputs: list[Array]
    answer: Answer
    names: Names
    backends: tuple[Backend, ...]
    chosen: tuple[str, ...]
    placements: tuple[Placement, ...]
    works: tuple[Work, ...]
    seconds: Seconds

    @property
    def fallbacks(self) -> list[Placement]:
        """The ops that none of the chosen backends takes."""
        return fallbacks(self.placements, self.chosen)

    @property
    def ops(self) -> dict[str, int]:
        """How many ops each backend takes, the chosen ones first."""
        return counts(self.placements, self.chosen)


def run(
    model: Model,
    inputs: Sources | Inputs,
    backend: Backends = None,
    *,
    reading: Reading = USUAL,
    feeding: Options = NO_OPTIONS,
    runs: int = 1,
    fallback: str | None = FALLBACK,
    strict: bool = False,
    rounding: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    memory: int | None = None,
    placement: str | None = None,
    host: str | None = None,
    say: Say | None = None,
    **options: Any,
) -> Inference:
    """Read, compile and run *model*, and say what its outputs mean: all of ``npucore run``.

    *inputs* are a file (photo, sound, ``.npy``, ``.npz``), an image or an array, several in the
    model's order or by name, or what `read_inputs` gave. *runs* are done one after the other, the
    outputs are of the last; states begin anew before each. *say* is told notes about the model. All
    other arguments are those of `Session`. Raises what `Session` and `read_inputs` raise.
    """
    network, load = _timed(lambda: opened(model, _file_of(inputs), shapes, feeding.rate, say))
    reading.check(network)
    if not isinstance(inputs, Inputs):
        inputs = read_inputs(network, inputs, feeding, head=reading.head, task=reading.task)
    graph = network if isinstance(network, Graph) else None
    chosen = open_all(backend, fallback, graph, **options)[0] if graph else []
    settings = {"strict": strict, "rounding": rounding, "memory": memory, "host": host, **options}
    settings |= {"placement": placement, "fallback": fallback}
    start = perf_counter()
    with Session(network, chosen or backend, **settings) as session:
        compiled = perf_counter() - start
        outputs, each = _run(session, inputs, runs)
    works = _works(session, chosen, fallback, placing_of(placement, host, strict), options)
    seconds = Seconds(load, compiled, each)
    return _inference(session, inputs, outputs, reading, chosen, works, seconds)


def _inference(
    session: Session,
    inputs: Inputs,
    outputs: list[Array],
    reading: Reading,
    chosen: Sequence[Backend],
    works: tuple[Work, ...],
    seconds: Seconds,
) -> Inference:
    answer, names = reading.answer(session.network, outputs, inputs.image, inputs.placement)
    return Inference(
        session.network,
        inputs,
        outputs,
        answer,
        names,
        tuple(dict.fromkeys([*chosen, *(run.backend for run in session.runs)])),
        session.chosen,
        session.placement,
        works,
        seconds,
    )


def opened(
    model: Model,
    file_of: Callable[[str], str | Path | None],
    shapes: Mapping[str, Shape] | None = None,
    rate: int | None = None,
    say: Say | None = None,
) -> Graph | Artifact:
    """A model, unless it is read already; sizes left open are bound as by `open_shapes.load`."""
    if isinstance(model, str | Path) and not is_artifact(model):
        return open_shapes.load(model, file_of, shapes=shapes, rate=rate, say=say)
    return read_network(model, shapes)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """The result of *work*, and the seconds it took."""
    start = perf_counter()
    return work(), perf_counter() - start


def _file_of(inputs: Sources | Inputs) -> Callable[[str], str | Path | None]:
    """Which file is given for the input of a name: the first of several without names."""

    def file_of(name: str) -> str | Path | None:
        source: object = inputs
        if isinstance(inputs, Mapping):
            source = inputs.get(name)
        elif isinstance(inputs, Sequence) and not isinstance(inputs, str):
            source = inputs[0] if inputs else None
        return source if isinstance(source, str | Path) else None

    return file_of


def _run(session: Session, inputs: Inputs, runs: int) -> tuple[list[Array], tuple[float, ...]]:
    """The outputs of the last run, and the seconds of each."""
    if runs < 1:
        raise InputError(f"runs {runs}, wanted a number from 1 on")
    times, arrays = [], list[Array]()
    for _ in range(runs):
        session.reset()
        start = perf_counter()
        arrays = session.run(inputs.arrays)
        times.append(perf_counter() - start)
    return arrays, tuple(times)


def _works(
    session: Session,
    chosen: list[Backend],
    fallback: str | None,
    placing: Placing,
    options: Mapping[str, Any],
) -> tuple[Work, ...]:
    """The work of the chosen backends; none for an artefact, which leaves nothing to choose."""
    if not isinstance(session.network, Graph):
        return ()
    _, every = open_all(chosen, fallback, session.network, **options)
    return taken(session.network, session.placement, chosen, every, placing=placing)
