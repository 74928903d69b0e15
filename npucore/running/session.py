# SPDX-License-Identifier: MIT
"""From a model and the names of backends to outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from npucore import plugins
from npucore.contract.backend import Backend, DeviceKind
from npucore.contract.placement import Placement
from npucore.errors import (
    FallbackError,
    InputError,
    InvalidModelError,
    NpucoreError,
    PluginError,
    UnsupportedError,
)
from npucore.files.artifact import Artifact, StoredRun, is_artifact
from npucore.graph import Graph, Network
from npucore.quantize import Rounding
from npucore.running.execution import Execution, Inputs, Step, compiled, loaded
from npucore.running.fallback import FASTEST, REFERENCE, standing_behind
from npucore.running.footprint import require_memory
from npucore.running.loading import load as load
from npucore.running.partition import Partition
from npucore.running.placing import GREEDILY, Placing, placing_of
from npucore.running.streams import Streams
from npucore.tensor import Array, Shape, Tensor

FALLBACK = FASTEST

Model = Graph | Artifact | str | Path
Backends = str | Backend | Sequence[str | Backend] | None


def open_backend(name: str, **options: Any) -> Backend:
    """The backend of that name, ``name`` or ``name:target``, with those options that it has.

    Raises `PluginError` for one that is not installed or breaks when it is opened.
    """
    name, _, target = name.partition(":")
    backend = plugins.load_backend(name)
    mine = {key: value for key, value in options.items() if key in backend.options}
    try:
        return backend(target or None, **mine)
    except NpucoreError:
        raise
    except Exception as error:  # a plugin's fault, whatever it is
        raise PluginError(f"backend {name!r} is broken: {type(error).__name__}: {error}") from error


def open_all(
    backend: Backends,
    fallback: str | None = REFERENCE,
    graph: Graph | None = None,
    **options: Any,
) -> tuple[list[Backend], list[Backend]]:
    """(what the user chose, the same with the fallbacks for *graph* behind it), best first.

    Raises `UnsupportedError` for an option that none of them has.
    """
    chosen = [b if isinstance(b, Backend) else open_backend(b, **options) for b in _listed(backend)]
    taken = [b.name for b in chosen]
    behind = standing_behind(fallback, taken, graph)
    every = [*chosen, *(open_backend(n, **options) for n in behind if n not in taken)]
    for key in options:
        if not any(key in b.options for b in every):
            names = ", ".join(b.name for b in every)
            raise UnsupportedError(f"no option {key!r} in {names}")
    return chosen, every


def _listed(backend: Backends) -> Sequence[str | Backend]:
    if backend is None:
        return [best_available()]
    return [backend] if isinstance(backend, str | Backend) else backend


def best_available() -> str:
    """The backend to use when the user names none: hardware that is there, else the CPU."""
    for name in plugins.names(plugins.BACKENDS):
        try:
            kind = open_backend(name).availability().kind
        except Exception:  # a broken plugin: `npucore backends` shows it
            continue
        if kind is DeviceKind.HARDWARE:
            return name
    return REFERENCE


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A graph that is cut into runs, and the names of the backends that the user chose."""

    graph: Graph
    chosen: tuple[str, ...]
    partition: Partition


def place(
    model: Graph | str | Path,
    backend: Backends,
    fallback: str | None,
    rounding: str | None,
    shapes: Mapping[str, Shape] | None = None,
    memory: int | None = None,
    placing: Placing = GREEDILY,
    **options: Any,
) -> Placed:
    """Read a model unless it is read, and decide which backend runs what."""
    if isinstance(model, Graph) and shapes:
        raise InputError(f"{model.name or 'the graph'} has its shapes already")
    graph = model if isinstance(model, Graph) else load(model, shapes=shapes)
    if rounding is not None:
        graph = graph.with_rounding(_rounding(rounding))
    require_memory(graph, memory)
    chosen, backends = open_all(backend, fallback, graph, **options)
    return Placed(graph, tuple(b.name for b in chosen), placing(graph, backends))


class Session:
    """A model, compiled for one or several backends and ready to run from any thread.

    It belongs to the process that opened it: in a forked child `run` and `submit` raise
    `InputError`, and it cannot be pickled.

    Parameters
    ----------
    model
        A graph, the path of a model file, or an artefact or its path: that is compiled already,
        and all other parameters but *strict* and *memory* have to be left alone.
    backend
        Name, ``name:target``, `Backend` object, or several in order of preference; by default the
        best that is available.
    fallback
        The backend for ops that *backend* refuses; None for none; by default the fastest CPU that
        keeps the network's rounding rule, then the reference, see `npucore.running.fallback`.
    strict
        Raise `FallbackError` if any op goes to the fallback.
    rounding
        ``"tflite"`` or ``"exact"`` instead of the rule that the frontend chose.
    shapes
        A shape for each input whose dimensions the model's file leaves open.
    memory
        Bytes that the network may need at run time, as `npucore.running.footprint` plans them; by
        default 1 GiB. Raises `UnsupportedError` for one that needs more.
    placement
        ``"cost"``, the default: ops that the CPU does sooner by the model, crossings counted, go to
        the fallback. ``"greedy"``, the default with *strict*: the backend gets all that it takes.
    host
        The board's CPU in that model: ``"a76"``, the default, or ``"a55"``.
    options
        Settings of the backends, each given to those that have it.
    """

    network: Network
    """The graph, or the artefact that was made of it."""

    placement: tuple[Placement, ...]
    """Where every op runs, in the graph's order, and why."""

    def __init__(
        self,
        model: Model,
        backend: Backends = None,
        *,
        fallback: str | None = FALLBACK,
        strict: bool = False,
        rounding: str | None = None,
        shapes: Mapping[str, Shape] | None = None,
        memory: int | None = None,
        placement: str | None = None,
        host: str | None = None,
        **options: Any,
    ) -> None:
        if isinstance(model, str | Path) and is_artifact(model):
            model = Artifact.read(model)
        if isinstance(model, Artifact):
            others = (rounding, shapes, placement, host, options)
            if backend is not None or fallback != FALLBACK or any(others):
                raise InputError(f"{model.name or 'the artefact'} is compiled and placed already")
            self.network, self.placement, self.chosen = model, model.placements, model.chosen
            steps = _loaded(model, memory)
        else:
            placing = placing_of(placement, host, strict)
            placed = place(model, backend, fallback, rounding, shapes, memory, placing, **options)
            self.network, self.chosen = placed.graph, placed.chosen
            self.placement = placed.partition.placements
            steps = map(compiled, placed.partition.runs)
        if strict:
            refuse_fallback(self.placement, self.chosen)
        self._execution = Execution(self.network, steps)
        stateful = bool(self._execution.states)
        self._streams = Streams(1 if stateful else self._execution.in_flight + 1)

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """What `run` expects, in order: name, shape, dtype, quantization."""
        return self.network.inputs

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """What `run` returns, in order: name, shape, dtype, quantization."""
        return self.network.outputs

    @property
    def runs(self) -> tuple[Step, ...]:
        """The programs of which an inference consists, in order of execution."""
        return self._execution.steps

    def run(self, inputs: Inputs) -> list[Array]:
        """Run once; arrays in the order, dtypes and shapes of the model's outputs.

        *inputs* is an array, a list of arrays in the model's order, or a dict by tensor name.
        Raises `InputError` for a shape, dtype or name that the model does not have.
        """
        return self._execution.run(inputs)

    def submit(self, inputs: Inputs) -> Future[list[Array]]:
        """Start `run` and give its future.

        As many run at once as the backends can, and one more, whose part on the CPU goes on
        meanwhile; the others wait their turn. *inputs* must stay as they are until then. Raises
        `InputError` if the session is closed.
        """
        return self._streams.submit(lambda: self._execution.run(inputs))

    def reset(self) -> None:
        """Begin anew: a network that keeps state forgets what earlier runs have left behind."""
        self._execution.reset()

    def close(self) -> None:
        """Wait for what runs, cancel what waits, release what the backends hold.

        Safe to call twice and from any thread but one that runs; what comes later raises
        `InputError`.
        """
        self._streams.close()
        self._execution.close()

    def __reduce__(self) -> NoReturn:
        raise InputError("a session cannot be pickled or copied: open one of its model")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def refuse_fallback(placement: Sequence[Placement], chosen: Sequence[str]) -> None:
    """Raise `FallbackError` if any op is on none of the *chosen* backends."""
    if strays := [p for p in placement if p.backend not in chosen]:
        first = strays[0]
        raise FallbackError(
            f"{len(strays)} of {len(placement)} ops would run on {first.backend}; "
            f"the first is {first.op} -> {first.name} ({first.reason})"
        )


def _rounding(name: str) -> Rounding:
    if name not in set(Rounding):
        raise InputError(f"rounding {name!r}, wanted {' or '.join(Rounding)}")
    return Rounding(name)


def _loaded(artifact: Artifact, memory: int | None) -> Iterator[Step]:
    plugins.load_hook_plugins()
    for run in artifact.runs:
        if isinstance(run.content, Graph):
            require_memory(run.content, memory)
    backends: dict[object, Backend] = {}  # one object for all runs of a backend
    for index, run in enumerate(artifact.runs):
        key = (run.backend, run.target, *sorted(run.settings.items()))
        try:
            if key not in backends:
                backends[key] = open_stored(run)
            yield loaded(run, backends[key])
        except InvalidModelError as error:
            raise InvalidModelError(f"run {index} of {artifact.name}: {error}") from None


def open_stored(run: StoredRun) -> Backend:
    """The backend that compiled *run*. Raises `UnsupportedError` for an option it has lost."""
    known = plugins.load_backend(run.backend).options
    if lost := sorted(run.settings.keys() - known.keys()):
        raise UnsupportedError(f"{run.backend} has no option {lost[0]!r}")
    name = run.backend if run.target is None else f"{run.backend}:{run.target}"
    return open_backend(name, **run.settings)
