# SPDX-License-Identifier: MIT
"""From a model and the names of backends to outputs."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from npucore.contract.placement import Placement
from npucore.errors import InputError
from npucore.files.artifact import Artifact, is_artifact
from npucore.files.cache import Choice
from npucore.graph import Graph, Network, html_table
from npucore.running.execution import Inputs, Step
from npucore.running.loading import load as load
from npucore.running.opening import FALLBACK as FALLBACK
from npucore.running.opening import Backends as Backends
from npucore.running.opening import best_available as best_available
from npucore.running.opening import open_all as open_all
from npucore.running.opening import open_backend as open_backend
from npucore.running.placed import Choices
from npucore.running.placed import place as place
from npucore.running.placed import refuse_fallback as refuse_fallback
from npucore.running.placing import placing_of
from npucore.running.start import Start, started
from npucore.running.streams import Streams
from npucore.running.work import counts
from npucore.tensor import Array, Shape, Tensor

Model = Graph | Artifact | str | Path


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
    cache
        Where the compiled programs of a model's file are kept for the next time: None, the default,
        for the user's cache as NPUCORE_CACHE says, a folder, or False for nowhere.
    options
        Settings of the backends, each given to those that have it.
    """

    network: Network
    """The graph, or the artefact or kept programs that were made of it."""

    placement: tuple[Placement, ...]
    """Where every op runs, in the graph's order, and why."""

    def __init__(
        self,
        model: Model | Start,
        backend: Backends = None,
        *,
        fallback: str | None = FALLBACK,
        strict: bool = False,
        rounding: str | None = None,
        shapes: Mapping[str, Shape] | None = None,
        memory: int | None = None,
        placement: str | None = None,
        host: str | None = None,
        cache: Choice = None,
        **options: Any,
    ) -> None:
        if isinstance(model, str | Path) and is_artifact(model):
            model = Artifact.read(model)
        placing = placing_of(placement, host, strict)
        choices = Choices(backend, fallback, strict, rounding, memory, placing, options)
        self._start = model if isinstance(model, Start) else started(model, choices, cache, shapes)
        self._execution = self._start.execution()
        self.network, self.chosen = self._start.network, self._start.chosen
        self.placement = self._start.placement
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
        if self._execution.closed:  # not in a forked child, whose parent closes
            self._start.finish()

    def __repr__(self) -> str:
        ends = " -> ".join(
            ", ".join(f"{t.name} {t.dtype}{t.shape}" for t in each)
            for each in (self.inputs, self.outputs)
        )
        share = ", ".join(
            f"{n} on {name}" for name, n in counts(self.placement, self.chosen).items()
        )
        return f"Session({self.network.name!r}, ops: {share}; {ends})"

    def _repr_html_(self) -> str:
        """A table of where every op runs, for notebooks."""
        rows = [(p.op, p.name, p.backend, p.reason or "") for p in self.placement]
        return html_table(repr(self), ("op", "name", "backend", "why there"), rows)

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
