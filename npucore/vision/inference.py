# SPDX-License-Identifier: MIT
"""A network run once on a photo, a sound or arrays, and everything that there is to say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from npucore.contract.backend import Backend
from npucore.contract.placement import Placement
from npucore.errors import InputError
from npucore.files.artifact import Artifact, is_artifact
from npucore.files.cache import Choice
from npucore.graph import Network
from npucore.running.kept import Place
from npucore.running.network import read_network
from npucore.running.opening import FALLBACK, Backends
from npucore.running.placed import Choices
from npucore.running.placing import placing_of
from npucore.running.session import Model, Session
from npucore.running.start import Reading as ReadGraph
from npucore.running.start import Start, of_file
from npucore.running.work import Work, counts, fallbacks, taken
from npucore.tensor import Array, Shape
from npucore.vision import open_shapes
from npucore.vision.feeding import Options
from npucore.vision.inputs import Inputs, Sources, read_inputs
from npucore.vision.kinds import Answer
from npucore.vision.labels import Names
from npucore.vision.reading import NO_OPTIONS, USUAL, Reading

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
    model: Model | Start,
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
    cache: Choice = None,
    say: Say | None = None,
    **options: Any,
) -> Inference:
    """Read, compile and run *model*, and say what its outputs mean: all of ``npucore run``.

    *inputs* are a file (photo, sound, ``.npy``, ``.npz``), an image or an array, several in the
    model's order or by name, or what `read_inputs` gave. *runs* are done one after the other, the
    outputs are of the last; states begin anew before each. *say* is told notes about the model. All
    other arguments are those of `Session`. Raises what `Session` and `read_inputs` raise.
    """
    placing = placing_of(placement, host, strict)
    choices = Choices(backend, fallback, strict, rounding, memory, placing, options)
    begun, file_of = perf_counter(), _file_of(inputs)
    start = opened(model, choices, file_of, cache, shapes=shapes, rate=feeding.rate, say=say)
    load = perf_counter() - begun
    reading.check(start.network)
    if not isinstance(inputs, Inputs):
        inputs = _inputs(start.network, inputs, feeding, reading)
    begun = perf_counter()
    with Session(start) as session:
        compiled = perf_counter() - begun
        outputs, each = _run(session, inputs, runs)
    done = (start.opened[0], works(start), Seconds(load, compiled, each))
    return _inference(session, inputs, outputs, reading, *done)


def _inputs(network: Network, sources: Sources, feeding: Options, reading: Reading) -> Inputs:
    return read_inputs(network, sources, feeding, head=reading.head, task=reading.task)


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
    model: Model | Start,
    choices: Choices,
    file_of: Callable[[str], str | Path | None],
    cache: Choice = None,
    *,
    frontend: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    signature: str | None = None,
    rate: int | None = None,
    say: Say | None = None,
) -> Start:
    """A model on its way to a session; sizes left open are bound as by `open_shapes.load`."""
    if isinstance(model, Start):
        return model
    if not isinstance(model, str | Path) or is_artifact(model):
        return Start(read_network(model, shapes), choices)
    path, told = model, list[str]()

    def read() -> ReadGraph:
        graph, bound = open_shapes.read_bound(path, file_of, frontend, shapes, signature, rate)
        told.extend(bound)
        return ReadGraph(graph, not bound)

    start = of_file(
        path, choices, read, cache, shapes=shapes, frontend=frontend, signature=signature
    )
    if say is not None:
        for note in (*told, *start.notes):
            say(note)
    return start


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


def works(start: Start) -> tuple[Work, ...]:
    """The work of the chosen backends; none for an artefact, which leaves nothing to choose."""
    if isinstance(start.network, Artifact):
        return ()
    if (noted := _noted_works(start.place)) is not None:
        return noted
    chosen, every = start.opened
    graph, placing = start.graph, start.choices.placing
    assert graph is not None
    found = taken(graph, start.placement, chosen, every, placing=placing)
    if start.place is not None:
        start.place.note(WORKS, [asdict(work) for work in found])
    return found


WORKS = "works"


def _noted_works(place: Place | None) -> tuple[Work, ...] | None:
    document = None if place is None else place.noted(WORKS)
    if document is None:
        return None
    return tuple(
        Work(
            each["backend"].text(),
            each["where"].text(),
            each["trust"].optional_text(),
            *(each[name].integer() for name in ("ops", "of_ops", "macs", "of_macs")),
        )
        for each in document.items()
    )
