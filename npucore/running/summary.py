# SPDX-License-Identifier: MIT
"""Counts of a model's parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from npucore.graph import Graph
from npucore.ops.macs import macs
from npucore.running import census
from npucore.running.footprint import Footprint, footprint
from npucore.running.loading import load
from npucore.running.partition import Unplaced, partition
from npucore.running.session import Backends, open_all
from npucore.running.work import Work, taken
from npucore.tensor import Shape


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """A network and its totals.

    Parameters
    ----------
    graph
        The network; operators that cannot be read are `npucore.ops.Foreign`.
    ops
        How many ops of each name there are, the most frequent first.
    macs
        Multiply-accumulates of one inference.
    parameters_bytes
        What the model holds as constants.
    memory
        What it takes at run time, at most.
    works
        How much the named backends take that ask for evidence.
    """

    graph: Graph
    ops: dict[str, int]
    macs: int
    parameters_bytes: int
    memory: Footprint
    works: tuple[Work, ...]


def summarize(
    model: Graph | str | Path,
    backend: Backends = None,
    *,
    frontend: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    signature: str | None = None,
    **options: Any,
) -> Summary:
    """Count what *model* consists of, even if it cannot run; *backend* is asked only if given.

    *frontend*, *shapes* and *signature* are for reading a file, as for `load`, which says what is
    raised.
    """
    if isinstance(model, Graph):
        graph = model
    else:
        graph = load(model, frontend, shapes, signature, unread=True)
    return Summary(
        graph,
        census.kinds(graph),
        sum(macs(op) or 0 for op in graph.ops),
        sum(tensor.size_bytes for tensor in census.constants(graph)),
        footprint(graph),
        () if backend is None else _works(graph, backend, options),
    )


def _works(graph: Graph, backend: Backends, options: Mapping[str, Any]) -> tuple[Work, ...]:
    chosen, every = open_all(backend, **options)
    every = [*every, Unplaced()]
    return taken(graph, partition(graph, every).placements, chosen, every)
