# SPDX-License-Identifier: MIT
"""The cheapest way to part a network of nodes into two sides."""

from __future__ import annotations

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

    def choice(self, node: int, source: int, sink: int) -> None:
        """The costs of *node* on either side; only their difference can cut."""
        if source > sink:
            self.edge(node, SINK, source - sink)
        elif sink > source:
            self.edge(SOURCE, node, sink - source)

    def cut(self) -> set[int]:
        """The nodes on the source's side of the cheapest cut: as few as there can be."""
        while SINK in (levels := self._levels()):
            self._block(levels)
        return set(levels)

    def _levels(self) -> dict[int, int]:
        """How many edges away from the source each node is that it reaches, as far as the sink."""
        ends, left, levels, level = self._ends, self._left, {SOURCE: 0}, [SOURCE]
        while level and SINK not in levels:
            away = levels[level[0]] + 1
            beyond = (ends[edge] for node in level for edge in self._edges[node] if left[edge])
            level = [end for end in dict.fromkeys(beyond) if end not in levels]
            levels.update(dict.fromkeys(level, away))
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
        edges, ends, left, away = self._edges[node], self._ends, self._left, levels[node] + 1
        for place in range(tried[node], len(edges)):
            edge = edges[place]
            if left[edge] and levels.get(ends[edge]) == away:
                tried[node] = place
                return edge
        tried[node] = len(edges)
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
