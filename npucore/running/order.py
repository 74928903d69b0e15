# SPDX-License-Identifier: MIT
"""Orders of a graph's ops, in groups of one backend each."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
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
        before = graph.once(_next_to, forwards)
        for owner in dict.fromkeys(owners[op] for op in ops if not before[op]):
            yield _groups(graph, owners, ops, forwards, owner)


def _next_to(graph: Graph, before: bool) -> dict[Op, tuple[Op, ...]]:
    """The ops next to each op that come before it, or behind it."""
    found: dict[Op, dict[Op, None]] = {op: {} for op in graph.ops}
    for op in graph.ops:
        for tensor in op.inputs:
            if (writer := graph.writer.get(tensor)) is not None:
                first, second = (op, writer) if before else (writer, op)
                found[first][second] = None
    return {op: tuple(others) for op, others in found.items()}


def _groups(
    graph: Graph,
    owners: Mapping[Op, Hashable],
    ops: Sequence[Op],
    forwards: bool,
    first: Hashable = None,
) -> list[Group]:
    before, behind = graph.once(_next_to, forwards), graph.once(_next_to, not forwards)
    position = {op: index for index, op in enumerate(ops)}
    waiting = {op: len(before[op]) for op in ops}
    ready: dict[Hashable, list[int]] = {}
    for op, count in waiting.items():
        if not count:
            heappush(ready.setdefault(owners[op], []), position[op])
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
            for after in behind[op]:
                waiting[after] -= 1
                if not waiting[after]:
                    heappush(ready.setdefault(owners[after], []), position[after])
        groups.append(tuple(taken))
    return groups if forwards else [group[::-1] for group in reversed(groups)]
