# SPDX-License-Identifier: MIT
"""Orders of a graph's ops, in groups of one backend each."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    return _groups(owners, _numbered(graph, forwards=True))


def orders(graph: Graph, owners: Mapping[Op, OwnerT]) -> Iterator[list[Group]]:
    """`alternating` first, then what other beginnings give, and the same from the end backwards.

    Backwards, ops that nothing waits for are put off, instead of being done as soon as they can.
    """
    for forwards in (True, False):
        numbered = _numbered(graph, forwards)
        ready = (op for op, count in zip(numbered.ops, numbered.before, strict=True) if not count)
        for owner in dict.fromkeys(owners[op] for op in ready):
            yield _groups(owners, numbered, owner)


@dataclass(frozen=True, slots=True, eq=False)
class _Numbered:
    """Ops forwards or backwards; for each, how many come before it, and which right behind it."""

    ops: Sequence[Op]
    before: Sequence[int]
    behind: Sequence[tuple[int, ...]]
    forwards: bool


def _numbered(graph: Graph, forwards: bool) -> _Numbered:
    return graph.once(_number, forwards)


def _number(graph: Graph, forwards: bool) -> _Numbered:
    ops = graph.ops if forwards else graph.ops[::-1]
    position = {op: index for index, op in enumerate(ops)}
    before = [0] * len(ops)
    behind: list[dict[int, None]] = [{} for _ in ops]
    for op in graph.ops:
        writers = (graph.writer.get(tensor) for tensor in op.inputs)
        for writer in dict.fromkeys(each for each in writers if each is not None):
            first, second = (writer, op) if forwards else (op, writer)
            behind[position[first]][position[second]] = None
            before[position[second]] += 1
    return _Numbered(ops, before, [tuple(each) for each in behind], forwards)


def _groups(
    owners: Mapping[Op, Hashable], numbered: _Numbered, first: Hashable = None
) -> list[Group]:
    ops, behind, waiting = numbered.ops, numbered.behind, list(numbered.before)
    owner_of = [owners[op] for op in ops]
    ready: dict[Hashable, list[int]] = {}
    for index, count in enumerate(waiting):
        if not count:
            ready.setdefault(owner_of[index], []).append(index)  # in order, so a heap
    groups = []
    owner = first
    while ready:
        if owner not in ready:
            owner = min(ready, key=lambda each: ready[each][0])
        taken = []
        while mine := ready.get(owner):
            index = heappop(mine)
            if not mine:
                del ready[owner]
            taken.append(ops[index])
            for after in behind[index]:
                waiting[after] -= 1
                if not waiting[after]:
                    heappush(ready.setdefault(owner_of[after], []), after)
        groups.append(tuple(taken))
    return groups if numbered.forwards else [group[::-1] for group in reversed(groups)]
