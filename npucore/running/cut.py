# SPDX-License-Identifier: MIT
"""The cheapest way to part a network of nodes into two sides."""

from __future__ import annotations

from collections import deque

SOURCE, SINK = 0, 1
FOREVER = 1 << 60
"""A capacity that no cut pays."""


class Flow:
    """Nodes with edges of whole capacities; `cut` parts them, source here and sink there.

    Source: Dinic's algorithm for the largest flow, which is as large as the smallest cut.
    """

    def __init__(self) -> None:
        self._ends: list[int] = []
        self._left: list[int] = []
        self._edges: list[list[int]] = [[], []]

    def node(self) -> int:
        """One more."""
        self._edges.append([])
        return len(self._edges) - 1

    def edge(self, a: int, b: int, capacity: int) -> None:
        """The cost of having *a* on the source's side and *b* on the sink's."""
        for start, end, left in ((a, b, capacity), (b, a, 0)):
            self._edges[start].append(len(self._ends))
            self._ends.append(end)
            self._left.append(left)

    def cut(self) -> set[int]:
        """The nodes on the source's side of the cheapest cut: as few as there can be."""
        while SINK in (levels := self._levels()):
            self._block(levels)
        return set(levels)

    def _levels(self) -> dict[int, int]:
        """How many edges away from the source each node is that it reaches."""
        levels, queue = {SOURCE: 0}, deque([SOURCE])
        while queue:
            node = queue.popleft()
            for edge in self._edges[node]:
                end = self._ends[edge]
                if self._left[edge] and end not in levels:
                    levels[end] = levels[node] + 1
                    queue.append(end)
        return levels

    def _block(self, levels: dict[int, int]) -> None:
        """Send flow along edges from level to level until no way is left."""
        tried = [0] * len(self._edges)
        path: list[int] = []
        node = SOURCE
        while True:
            if node == SINK:
                node = self._send(path)
                continue
            edge = self._next(node, tried, levels)
            if edge is not None:
                path.append(edge)
                node = self._ends[edge]
            elif not path:
                return
            else:
                node = self._ends[path.pop() ^ 1]
                tried[node] += 1

    def _next(self, node: int, tried: list[int], levels: dict[int, int]) -> int | None:
        edges = self._edges[node]
        while tried[node] < len(edges):
            edge = edges[tried[node]]
            if self._left[edge] and levels.get(self._ends[edge]) == levels[node] + 1:
                return edge
            tried[node] += 1
        return None

    def _send(self, path: list[int]) -> int:
        """Flow along *path*; the node from which to go on, before the first edge that is full."""
        sent = min(self._left[edge] for edge in path)
        first = len(path)
        for place in reversed(range(len(path))):
            edge = path[place]
            self._left[edge] -= sent
            self._left[edge ^ 1] += sent
            if not self._left[edge]:
                first = place
        node = self._ends[path[first] ^ 1]
        del path[first:]
        return node
