# SPDX-License-Identifier: MIT
"""Placement by cost: an op goes where the modelled time of the whole network is the least."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from npucore.contract.backend import Backend, is_cpu
from npucore.errors import InputError
from npucore.graph import Graph
from npucore.ops import Op
from npucore.running.cut import FOREVER, SOURCE, Flow
from npucore.running.host import DEFAULT, Host, host_of
from npucore.running.order import Group, orders
from npucore.running.partition import Cuts, Partition, partition
from npucore.running.prices import Prices
from npucore.running.reasons import connected, reasons
from npucore.tensor import Tensor

GREEDY, COST = "greedy", "cost"
NANO = 1e9
DOUBT = 1.1
"""An op is moved only if the CPU is better by so much: costs of ops on the CPU are as far off as
this, see ``error`` in the table of costs; in doubt an op stays where its backend takes it."""
SPLIT = 1.05
"""A run of a device is split only if the network is faster by so much: a choice. The vendor's nine
networks are modelled to 8.5 % rms, and what a crossing disturbs beside its own time, not at all."""
WORTH = 0.995
"""Another placement than the greedy one has to take less than this part of its time."""

Owners = Mapping[Op, Backend]


@dataclass(frozen=True, slots=True)
class Placing:
    """How ops are placed.

    Parameters
    ----------
    how
        ``"greedy"``: every op is on the first backend that takes it. ``"cost"``: on that one or on
        the CPU, whichever makes the network faster by the model; where a backend has no model,
        greedily.
    host
        The core of `npucore.running.host.CORES` that the CPU's ops run on.

    Raises `InputError` for others.
    """

    how: str = COST
    host: str = DEFAULT

    def __post_init__(self) -> None:
        if self.how not in (GREEDY, COST):
            raise InputError(f"placement: {self.how!r}, wanted {COST} or {GREEDY}")
        Host(self.host)

    def __call__(self, graph: Graph, backends: Sequence[Backend]) -> Partition:
        """The graph in runs; raises as `partition` does.

        The CPU is weighed as the reference uses it, whatever takes the rest: a faster runtime
        would keep its cores from other work, and who names an NPU wants it to be used.
        """
        if self.how == GREEDY:
            return partition(graph, backends)
        weighing, host = Weighing(graph, backends, Host(self.host)), host_of(self.host, backends)
        best = weighing.best()
        return modelled(best, weighing.prices if host.is_reference else Prices(graph, host))


GREEDILY = Placing(GREEDY)


def placing_of(how: str | None, host: str | None, strict: bool = False) -> Placing:
    """As the user wants it; *strict* leaves no op to the CPU, so that nothing is weighed."""
    if how is None:
        how = GREEDY if strict else COST
    return Placing(how, host or DEFAULT)


def modelled(parts: Partition, prices: Prices) -> Partition:
    """A partition with its time, unless it has a run that no model covers, or no model at all."""
    for run in parts.runs:
        if not is_cpu(run.backend) and not prices.cover(run.backend, run.graph):
            return parts
    if not prices.overheads:
        return parts
    return replace(parts, time=prices.total((run.graph.ops, run.backend) for run in parts.runs))


class Weighing:
    """Times of every op of a graph on the devices that take it, and on the CPU."""

    def __init__(self, graph: Graph, backends: Sequence[Backend], host: Host) -> None:
        self.graph, self.backends = graph, backends
        self.cuts, self.prices = Cuts(graph), Prices(graph, host)
        self.greedy = partition(graph, backends, cuts=self.cuts)
        self._cpu = next((backend for backend in backends if is_cpu(backend)), None)
        self._orders: dict[frozenset[Op], list[tuple[Group, Backend]]] = {}
        self.owners: Owners = {op: run.backend for run in self.greedy.runs for op in run.graph.ops}

    def best(self) -> Partition:
        """The partition of the least time; the greedy one if there is none better."""
        covered = [self.prices.cover(run.backend, run.graph) for run in self.greedy.runs]
        if not any(covered) or self._cpu is None:
            return self.greedy
        moves = [frozenset[Op](), *self._cheaper()]
        moved = min(dict.fromkeys(moves), key=lambda each: self._seconds(self._order_of(each)))
        moved = self._without_slight_splits(moved)
        if not moved and len(self._order_of(moved)) == len(self.greedy.runs):
            return self.greedy
        said = reasons(self.graph, self.prices, self.owners, moved)
        found = partition(self.graph, self.backends, said, self._order, self.cuts)
        return found if self._total(found) < WORTH * self._total(self.greedy) else self.greedy

    def _without_slight_splits(self, moved: frozenset[Op]) -> frozenset[Op]:
        """*moved* without ops that split a device's run for a gain that is no more than doubt."""
        for part in list(connected(self.graph, self.owners, moved)):
            kept = frozenset(moved - part)
            fewer = len(self._order_of(kept)) < len(self._order_of(moved))
            times = (self._seconds(self._order_of(each)) for each in (kept, moved))
            if fewer and next(times) < SPLIT * next(times):
                moved = kept
        return moved

    def _cheaper(self) -> Iterator[frozenset[Op]]:
        """Ops that had better be moved to the CPU, with calls of programs for nothing and not."""
        free = {op for op, owner in self.owners.items() if owner in self.prices.overheads}
        for counted in (0.0, 1.0):
            while True:
                moved = set[Op]()
                for backend in self.prices.overheads:
                    start = counted * self.prices.start_seconds(backend)
                    moved |= self._cut(backend, free, start)
                moved = self._without_small_runs(moved, free)
                stuck = {op for op in moved if not self._fits_cpu(op)}
                if not stuck:
                    break
                free -= stuck
            yield frozenset(moved)

    def _fits_cpu(self, op: Op) -> bool:
        cpus = (backend for backend in self.backends if is_cpu(backend))
        return any(self.cuts.ask(cpu, op, self.graph) for cpu in cpus)

    def _without_small_runs(self, moved: set[Op], free: set[Op]) -> set[Op]:
        """*moved*, and the runs that gain less than their call and their crossings cost."""
        while True:
            small = set[Op]()
            for ops, backend in self._order_of(frozenset(moved)):
                if backend in self.prices.overheads and free.issuperset(ops):
                    there = self.prices.group(ops, backend).seconds
                    if DOUBT * sum(map(self.prices.here, ops)) < there:
                        small.update(ops)
            if not small:
                return moved
            moved = moved | small

    def _cut(self, backend: Backend, free: set[Op], call: float) -> set[Op]:
        """The ops of *backend* for which the CPU is better, crossings counted, by a least cut.

        An op on the source's side is on the CPU; of equally good cuts the one that moves least.
        """
        flow, mine = Flow(), {op for op, owner in self.owners.items() if owner is backend}
        nodes = {op: flow.node() for op in self.graph.ops if op in mine}
        for op, node in nodes.items():
            here = _ns(DOUBT * self.prices.here(op)) if op in free else FOREVER
            flow.choice(node, here, _ns(self.prices.there(op)))
        for tensor in self._touching(nodes):
            writer = self.graph.writer.get(tensor)
            start = SOURCE if writer is None else nodes.get(writer, SOURCE)
            readers = [nodes.get(op, SOURCE) for op in self.graph.readers.get(tensor, ())]
            self._add_ways(flow, tensor, backend, start, readers, call)
        on_cpu = flow.cut()
        return {op for op, node in nodes.items() if node in on_cpu}

    def _touching(self, nodes: Mapping[Op, int]) -> dict[Tensor, None]:
        """Tensors that ops of *nodes* read or write."""
        return {t: None for op in nodes for t in (*op.inputs, *op.outputs) if not t.is_constant}

    def _add_ways(
        self,
        flow: Flow,
        tensor: Tensor,
        backend: Backend,
        start: int,
        readers: Sequence[int],
        call: float,
    ) -> None:
        """To the device, paid once if it reads what the CPU wrote; and the other way round."""
        if any(readers):
            entering = flow.node()
            seconds = self.prices.crossing(tensor, backend, True) + call
            flow.edge(start, entering, _ns(seconds))
            for reader in filter(None, readers):
                flow.edge(entering, reader, FOREVER)
        if start != SOURCE:
            leaving = flow.node()
            flow.edge(leaving, start, _ns(self.prices.crossing(tensor, backend, False)))
            for reader in readers:
                flow.edge(reader, leaving, FOREVER)
            if self.prices.ends.leaves(tensor):
                flow.edge(SOURCE, leaving, FOREVER)

    def _order_of(self, moved: frozenset[Op]) -> list[tuple[Group, Backend]]:
        """The graph in groups with *moved* on the CPU."""
        if moved not in self._orders:
            cpu = self._cpu
            owners = {op: owner if op not in moved else cpu for op, owner in self.owners.items()}
            held = {op: owner for op, owner in owners.items() if owner is not None}
            self._orders[moved] = [(ops, held[ops[0]]) for ops in self._order(self.graph, held)]
        return self._orders[moved]

    def _order(self, graph: Graph, owners: Owners) -> list[Group]:
        """The order of the least time; of equally good ones the first."""
        found = {tuple(groups): None for groups in orders(graph, owners)}
        timed = ([(ops, owners[ops[0]]) for ops in groups] for groups in found)
        best = min(timed, key=self._seconds, default=[])
        return [ops for ops, _ in best]

    def _seconds(self, groups: Sequence[tuple[Group, Backend]]) -> float:
        return self.prices.total(groups).seconds

    def _total(self, parts: Partition) -> float:
        for run in parts.runs:
            self.prices.cover(run.backend, run.graph)
        return self._seconds([(run.graph.ops, run.backend) for run in parts.runs])


def _ns(seconds: float) -> int:
    """Whole numbers, so that equal costs are equal."""
    return round(seconds * NANO)
