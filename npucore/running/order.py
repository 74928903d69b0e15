# SPDX-License-Identifier: MIT
"""Orders of a graph's ops, in groups of one backend each."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import TypeVar

from npucore.graph import Graph
from npucore.ops import Op

Group = tuple[Op, ...]
OwnerT = TypeVar("OwnerT", bound=Hashable)


def alternating(graph: Graph, owners: Mapping[Op, Hashable]) -> list[Group]:
    """Take ops that are ready from one owner as long as there are any, then from the next.

    The first is that of the first op, and the next always that of the first op that is ready.
    """
    return _groups(graph, owners, graph.ops, forwards=True)


def orders(graph: Graph, owners: Mapping[Op, OwnerT]) -> Iterator[list[Group]]:
    """`alternating` first, then what other beginnings give, and the same from the end backwards.

    Backwards, ops that nothing waits for are put off, instead of being done as soon as they can.
    """
    for forwards in (True, False):
        ops = graph.ops if forwards else graph.ops[::-1]
        ready = _ready(graph, forwards)
        for owner in dict.fromkeys(owners[op] for op in ops if op in ready):
            yield _groups(graph, owners, ops, forwards, owner)


def _ready(graph: Graph, forwards: bool) -> set[Op]:
    return {op for op in graph.ops if not _before(graph, op, forwards)}


def _before(graph: Graph, op: Op, forwards: bool) -> set[Op]:
    """The ops next to *op* that have to come before it, or behind it."""
    if forwards:
        return {graph.writer[t] for t in op.inputs if t in graph.writer}
    return {reader for t in op.outputs for reader in graph.readers.get(t, ())}


def _groups(
    graph: Graph,
    owners: Mapping[Op, Hashable],
    ops: Sequence[Op],
    forwards: bool,
    first: Hashable = None,
) -> list[Group]:
    position = {op: index for index, op in enumerate(ops)}
    waiting = {op: len(_before(graph, op, forwards)) for op in ops}
    ready: dict[Hashable, list[int]] = {}
    for op, count in waiting.items():
        if not count:
            ready.setdefault(owners[op], []).append(position[op])
    for queue in ready.values():
        heapify(queue)
    groups = []
    owner = first
    while ready:
        if owner not in ready:
            owner = min(ready, key=lambda each: ready[each][0])
        taken = []
        while mine := ready.get(owner):
            op = ops[heappop(mine)]
            if not mine:
                del ready[owner]
            taken.append(op)
            for after in _before(graph, op, not forwards):
                waiting[after] -= 1
                if not waiting[after]:
                    heappush(ready.setdefault(owners[after], []), position[after])
        groups.append(tuple(taken))
    return groups if forwards else [group[::-1] for group in reversed(groups)]
