# SPDX-License-Identifier: MIT
"""Which nodes of a network the chosen backends run: the largest sets that can be fused."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Protocol

from npucore.contract.traced import Traced
from npucore.errors import NpucoreError
from npucore.faces.network import Network
from npucore.graph import Graph
from npucore.ops import Op, Reshape, Transpose
from npucore.running.host import Host
from npucore.running.placed import Choices, Opened

OPEN = "sizes that are open or unknown"
GRAPHS = "it holds a graph, or an attribute that cannot be asked for"
TYPES = "values that are no tensors, or of types that npucore lacks"
NOTHING = "nothing is computed, only moved"
NO_READER = "no node reads it"
MOVES = (Reshape, Transpose)
"""Ops that a reader adds where the axes lie otherwise: nobody refuses a node because of them."""


class Reads(Protocol):
    """The parts of a frontend that claims need."""

    def traced(self, data: bytes, source: str) -> Traced:
        """As `npucore.contract.traced.Traces`."""
        ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a node is left to others, and the seconds that a board's CPU takes for it by the model.

    0 for what cannot be read.
    """

    reason: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """Sets of nodes to fuse, by their places, and why the others are not among them."""

    groups: Sequence[Sequence[int]]
    refusals: Mapping[int, Refusal]


class Judge:
    """Asks a frontend and backends about the nodes of one network.

    *advice* is what to do about open sizes, for the reason of a refusal.
    """

    def __init__(
        self, network: Network, frontend: Reads, choices: Choices, advice: str = ""
    ) -> None:
        self._network, self._frontend, self._choices = network, frontend, choices
        self._open = OPEN + advice
        self._opened: Opened = choices.open(None)
        self._refusals: dict[int, Refusal] = {}
        self._sound: set[frozenset[int]] = set()
        self._behind, self._constant = _behind(network), _constant(network)
        writers = network.writers()
        self._before = [[writers[n] for n in node.inputs if n in writers] for node in network.nodes]

    def claims(self) -> Claims:
        """The largest sets; raises `PluginError` for a broken backend."""
        left = set(range(len(self._network.nodes)))
        for place in left.copy():
            if place in left and (reason := self._unreadable(place)) is not None:
                self._refuse(left, {place: Refusal(reason)})
        self._refuse(left, self._idle(left))
        while left and (refused := self.judged(left)):
            self._refuse(left, refused)
        groups = convex(self._network, left)
        while (unsound := next((g for g in groups if not self._is_sound(g)), None)) is not None:
            self._refuse(left, self.judged(unsound))
            groups = convex(self._network, left)
        return Claims(groups, self._refusals)

    def _is_sound(self, group: Sequence[int]) -> bool:
        """Whether all of a set is taken when it is a network of its own."""
        if frozenset(group) not in self._sound and not self.judged(group):
            self._sound.add(frozenset(group))
        return frozenset(group) in self._sound

    def _refuse(self, left: set[int], refused: Mapping[int, Refusal]) -> None:
        while refused:
            self._refusals.update(refused)
            left.difference_update(refused)
            refused = self._idle(left)

    def _idle(self, left: Collection[int]) -> dict[int, Refusal]:
        """Nodes of constants alone that one reads which is left to others, for its reason."""
        found = {}
        for place in left:
            if place in self._constant:
                lost = next((r for r in self._behind[place] if r not in left), None)
                if lost is not None or not self._behind[place]:
                    reason = self._refusals[lost].reason if lost is not None else NO_READER
                    found[place] = Refusal(reason)
        return found

    def _unreadable(self, place: int) -> str | None:
        """Why a node cannot even be asked about."""
        node, network = self._network.nodes[place], self._network
        if node.proto is None:
            return GRAPHS
        for name in filter(None, (*node.inputs, *node.outputs)):
            value = network.values.get(name)
            if value is None or (name in network.constants and network.constants[name] is None):
                return TYPES
            if not value.is_known:
                return self._open
        return None

    def judged(self, places: Collection[int]) -> dict[int, Refusal]:
        """The nodes of a part that are not taken; none if all are."""
        order = sorted(places)
        try:
            traced = self._frontend.traced(self._network.part(order), self._network.name)
            if traced.graph is None:
                return {order[at]: Refusal(why) for at, why in traced.refusals.items()}
            if all(isinstance(op, MOVES) for op in traced.graph.ops):
                return dict.fromkeys(order, Refusal(NOTHING))
            refused = self._refused(traced.graph, traced.nodes)
        except NpucoreError as error:
            return {place: Refusal(str(error)) for place in order}
        busy = {order[at] for places in traced.nodes.values() for at in places}
        found = {order[at]: refusal for at, refusal in refused.items()}
        return self._with_absorbed(found, set(order) - busy)

    def _with_absorbed(
        self, refused: dict[int, Refusal], absorbed: Collection[int]
    ) -> dict[int, Refusal]:
        """Leave nodes that an op had taken in with the node of that op.

        So a QuantizeLinear behind a node and the DequantizeLinears before it are with it, where
        others join them, too.
        """
        waiting = True
        while waiting:
            waiting = False
            for place in set(absorbed) - refused.keys():
                cause = self._cause(place, refused)
                if cause is not None:
                    refused[place], waiting = Refusal(refused[cause].reason), True
        return refused

    def _cause(self, place: int, refused: Collection[int]) -> int | None:
        """The refused node that *place* belongs to: the one it ends, or the only ones it feeds."""
        behind, nodes = self._behind[place], self._network.nodes
        if nodes[place].operator == "DequantizeLinear":
            return behind[0] if behind and all(reader in refused for reader in behind) else None
        ended = (w for w in self._before[place] if nodes[w].operator != "QuantizeLinear")
        return next((writer for writer in ended if writer in refused), None)

    def _refused(self, graph: Graph, nodes: Mapping[Op, frozenset[int]]) -> dict[int, Refusal]:
        """The nodes whose ops are not on the chosen backends."""
        placed = self._choices.place(graph, self._opened)
        reasons = {
            placed.graph.ops[p.index]: p.reason or "no reason given"
            for p in placed.partition.placements
            if p.backend not in placed.chosen
        }
        taken = {at for op, places in nodes.items() if op not in reasons for at in places}
        found: dict[int, Refusal] = {}
        for op, reason in reasons.items():
            for at in nodes[op]:
                if not isinstance(op, MOVES) or at not in taken:
                    seconds = Host().seconds(op) / len(nodes[op])
                    found[at] = Refusal(reason, seconds)
        return found


def _behind(network: Network) -> list[list[int]]:
    """For each node the places of those that read what it gives."""
    readers = network.readers()
    return [
        list(dict.fromkeys(r for name in node.outputs for r in readers.get(name, [])))
        for node in network.nodes
    ]


def _constant(network: Network) -> set[int]:
    """The places of nodes that depend on constants alone; nodes come in an order of execution."""
    known, found = {"", *network.constants}, set()
    for place, node in enumerate(network.nodes):
        if node.inputs and known.issuperset(node.inputs):
            known.update(node.outputs)
            found.add(place)
    return found


def convex(network: Network, claimed: Collection[int]) -> list[list[int]]:
    """*claimed* nodes in as few sets as an order of the network has, none with others between.

    All that is ready and claimed is taken, then all that is ready and not, and so on; nodes of
    constants alone go where they are read first.
    """
    constant, behind = _constant(network), _behind(network)
    waiting = [0] * len(network.nodes)
    for place in set(range(len(waiting))) - constant:
        for after in behind[place]:
            waiting[after] += 1
    ready: dict[bool, list[int]] = {True: [], False: []}
    for place, count in enumerate(waiting):
        if not count and place not in constant:
            ready[place in claimed].append(place)  # in order, so a heap
    groups, group_of, mine = list[list[int]](), dict[int, list[int]](), False
    while ready[True] or ready[False]:
        taken: list[int] = []
        while ready[mine]:
            taken.append(place := heappop(ready[mine]))
            for after in behind[place]:
                waiting[after] -= 1
                if not waiting[after]:
                    heappush(ready[after in claimed], after)
        if mine and taken:
            groups.append(taken)
            group_of.update(dict.fromkeys(taken, taken))
        mine = not mine
    for place in sorted(constant.intersection(claimed), reverse=True):
        where = [group_of[after] for after in behind[place] if after in group_of]
        if where:
            group_of[place] = min(where, key=groups.index)
            group_of[place].append(place)
    return [sorted(group) for group in groups]
