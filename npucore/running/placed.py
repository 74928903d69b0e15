# SPDX-License-Identifier: MIT
"""A graph and the choice of backends, on the way to programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from npucore.contract.backend import Backend
from npucore.contract.placement import Placement
from npucore.errors import FallbackError, InputError
from npucore.graph import Graph
from npucore.quantize import Rounding
from npucore.running.footprint import require_memory
from npucore.running.loading import load
from npucore.running.opening import FALLBACK, Backends, open_all
from npucore.running.partition import Partition
from npucore.running.placing import GREEDILY, Placing, placing_of
from npucore.tensor import Shape

Opened = tuple[list[Backend], list[Backend]]
"""The backends that the user chose, and the same with the fallback behind them."""


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """A caller's choices beside a model: the arguments of `Session`."""

    backend: Backends = None
    fallback: str | None = FALLBACK
    strict: bool = False
    rounding: str | None = None
    memory: int | None = None
    placing: Placing = GREEDILY
    options: Mapping[str, Any] = field(default_factory=dict)

    def refuse(self, name: str) -> None:
        """Raise `InputError` if anything is chosen for an artefact, which leaves no choice."""
        placing = placing_of(None, None, self.strict)
        given = (self.rounding, self.options, self.placing != placing, self.fallback != FALLBACK)
        if self.backend is not None or any(given):
            raise InputError(f"{name or 'the artefact'} is compiled and placed already")

    def open(self, network: object) -> Opened:
        """Open the backends for a graph, or anything else; raises as `open_all`."""
        graph = self.rounded(network) if isinstance(network, Graph) else None
        return open_all(self.backend, self.fallback, graph, **self.options)

    def rounded(self, graph: Graph) -> Graph:
        """The graph under the rounding rule that is wanted."""
        return graph if self.rounding is None else graph.with_rounding(_rounding(self.rounding))

    def place(self, graph: Graph, opened: Opened | None = None) -> Placed:
        """Decide which backend runs what. Raises `FallbackError` if that is not as it must be."""
        graph = self.rounded(graph)
        require_memory(graph, self.memory)
        chosen, every = opened or self.open(graph)
        done = Placed(graph, tuple(b.name for b in chosen), self.placing(graph, every))
        if self.strict:
            refuse_fallback(done.partition.placements, done.chosen)
        return done


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
    return Choices(backend, fallback, False, rounding, memory, placing, options).place(graph)


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
