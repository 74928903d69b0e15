# SPDX-License-Identifier: MIT
"""A place for every op of a graph: in layers from top to bottom, edges around what is between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from npucore.graph import Graph

BOX, LANE, GAP, LAYER = 150.0, 14.0, 18.0, 62.0
"""Widths of an op and of an edge that passes by, space between them, and height of a layer."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """Centres of ops by index, and the points of each edge, as (writer, reader), in order."""

    places: Sequence[Point]
    edges: Mapping[tuple[int, int], Sequence[Point]]
    width: float
    height: float


@dataclass(slots=True, eq=False)
class _Item:
    """An op, or an edge that passes through a layer; *above* are what it hangs from."""

    layer: int
    size: float
    above: list[_Item]
    x: float = 0.0


def drawing(graph: Graph) -> Drawing:
    """Each op one layer below the lowest that it reads from, near to the middle of those."""
    writer = {tensor: n for n, op in enumerate(graph.ops) for tensor in op.outputs}
    reads = [sorted({writer[t] for t in op.inputs if t in writer}) for op in graph.ops]
    layers: list[int] = []
    for sources in reads:
        layers.append(1 + max((layers[source] for source in sources), default=-1))
    ops = [_Item(layer, BOX, []) for layer in layers]
    chains = {
        (source, reader): _chain(ops[source], ops[reader])
        for reader, sources in enumerate(reads)
        for source in sources
    }
    rows: list[list[_Item]] = [[] for _ in range(max(layers, default=-1) + 1)]
    for item in (*ops, *(each for chain in chains.values() for each in chain)):
        rows[item.layer].append(item)
    for row in rows:
        _arrange(row)
    return _drawn(ops, chains, len(rows))


def _chain(source: _Item, reader: _Item) -> list[_Item]:
    """The edge's items in the layers between both ends."""
    chain, above = [], source
    for layer in range(source.layer + 1, reader.layer):
        above = _Item(layer, LANE, [above])
        chain.append(above)
    reader.above.append(above)
    return chain


def _arrange(row: list[_Item]) -> None:
    """Items side by side, each as near as possible to the middle of what it hangs from.

    The least squares under the distances that items keep: pools of adjacent violators.
    """
    wished = {item: sum(a.x for a in item.above) / max(len(item.above), 1) for item in row}
    row.sort(key=wished.__getitem__)
    offsets, end = [], 0.0
    for item in row:
        offsets.append(end + item.size / 2)
        end += item.size + GAP
    pools: list[tuple[float, int]] = []  # the sum of where its items would begin, and their number
    for item, offset in zip(row, offsets, strict=True):
        total, count = wished[item] - offset, 1
        while pools and pools[-1][0] * count > total * pools[-1][1]:
            before = pools.pop()
            total, count = total + before[0], count + before[1]
        pools.append((total, count))
    starts = [total / count for total, count in pools for _ in range(count)]
    for item, start, offset in zip(row, starts, offsets, strict=True):
        item.x = start + offset


def _drawn(ops: list[_Item], chains: dict[tuple[int, int], list[_Item]], layers: int) -> Drawing:
    every = [*ops, *(item for chain in chains.values() for item in chain)]
    left = min((item.x - item.size / 2 for item in every), default=0.0) - GAP
    right = max((item.x + item.size / 2 for item in every), default=0.0) + GAP

    def points(items: Sequence[_Item]) -> Iterator[Point]:
        for item in items:
            yield item.x - left, (item.layer + 0.5) * LAYER

    edges = {
        (source, reader): tuple(points([ops[source], *chain, ops[reader]]))
        for (source, reader), chain in chains.items()
    }
    return Drawing(tuple(points(ops)), edges, right - left, layers * LAYER)
