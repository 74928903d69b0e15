# SPDX-License-Identifier: MIT
"""The modelled time of a network: its ops wherever they run, and every way there and back."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from npucore.contract.abilities import Predicts, PredictsRuns
from npucore.contract.backend import Backend
from npucore.contract.cost import OpCost, Overhead
from npucore.graph import Graph
from npucore.ops import Op
from npucore.running.host import Host
from npucore.running.order import Group
from npucore.tensor import Tensor


@dataclass(frozen=True, slots=True)
class Time:
    """The modelled time of one inference alone, by what takes it.

    Parameters
    ----------
    device
        Tasks of NPUs.
    driver
        What drivers add to them, and calls of programs.
    crossings
        Conversions to an NPU's layout and back, and synchronisation of its memory.
    host
        Ops on the CPU.
    """

    device: float = 0.0
    driver: float = 0.0
    crossings: float = 0.0
    host: float = 0.0

    def __add__(self, other: Time) -> Time:
        return Time(
            self.device + other.device,
            self.driver + other.driver,
            self.crossings + other.crossings,
            self.host + other.host,
        )

    @property
    def seconds(self) -> float:
        """All together."""
        return self.device + self.driver + self.crossings + self.host


def crossing_seconds(around: Overhead, tensor: Tensor, entering: bool, host: Host) -> float:
    """To a device or back, with the synchronisation of the tensor's bytes both ways."""
    sync = 2 * around.sync_seconds * around.packed_bytes(tensor)
    return around.crossing_seconds(tensor, entering, host.copy_bytes) + sync


class Ends:
    """The tensors that cross the borders of groups of a graph's ops."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._kept = {*graph.outputs, *(state.after for state in graph.states)}

    def leaves(self, tensor: Tensor) -> bool:
        """Whether the graph itself gives or keeps it."""
        return tensor in self._kept

    def entering(self, ops: Iterable[Op]) -> list[Tensor]:
        """Tensors that *ops* read and do not write, each once, in order."""
        ops = list(ops)
        mine = {tensor for op in ops for tensor in op.outputs}
        read = (t for op in ops for t in op.inputs if not t.is_constant and t not in mine)
        return list(dict.fromkeys(read))

    def leaving(self, ops: Iterable[Op]) -> list[Tensor]:
        """Tensors that *ops* write and others read."""
        ordered = dict.fromkeys(ops)
        return [t for op in ordered for t in op.outputs if self._wanted(t, ordered.keys())]

    def _wanted(self, tensor: Tensor, mine: AbstractSet[Op]) -> bool:
        readers = self._graph.readers.get(tensor, ())
        return tensor in self._kept or any(reader not in mine for reader in readers)


class Prices:
    """Times of ops, crossings and groups, each worked out once, and *call_seconds* of a program.

    Backends without `PredictsRuns` cost nothing: they are not weighed.
    """

    def __init__(self, graph: Graph, host: Host) -> None:
        self.ends, self.host = Ends(graph), host
        self.overheads: dict[Backend, Overhead] = {}
        self._device: dict[Op, OpCost] = {}
        self._covered: set[Op] = set()
        self._asked: set[Backend] = set()
        self._host: dict[Op, float] = {}
        self._ways: dict[tuple[Tensor, Backend, bool], float] = {}
        self._groups: dict[tuple[Group, Backend], Time] = {}
        self.call_seconds = host.call_seconds()

    def cover(self, backend: Backend, graph: Graph) -> bool:
        """Ask *backend* what a run of its ops costs; whether it has a model of that."""
        try:
            return self._knows(backend) and self._learns(backend, graph)
        except Exception:  # a plugin's fault, whatever it is: it is not weighed
            self.overheads.pop(backend, None)
            return False

    def _knows(self, backend: Backend) -> bool:
        if backend not in self._asked:
            self._asked.add(backend)
            around = backend.overhead() if isinstance(backend, PredictsRuns) else None
            if around is not None:
                self.overheads[backend] = around
        return backend in self.overheads

    def _learns(self, backend: Backend, graph: Graph) -> bool:
        if not self._covered.issuperset(graph.ops):
            assert isinstance(backend, Predicts)
            for cost in backend.predict(graph):
                self._device[graph.ops[cost.op]] = cost
            self._covered.update(graph.ops)
            self._groups.clear()
        return True

    def here(self, op: Op) -> float:
        """On the CPU."""
        if op not in self._host:
            self._host[op] = self.host.seconds(op)
        return self._host[op]

    def there(self, op: Op) -> float:
        """On the device, the driver's part included; 0 for what is folded into others."""
        cost = self._device.get(op)
        return 0.0 if cost is None else cost.seconds + cost.driver_seconds

    def crossing(self, tensor: Tensor, backend: Backend, entering: bool) -> float:
        """To a device or back, with the synchronisation of the tensor's bytes both ways."""
        if (way := (tensor, backend, entering)) not in self._ways:
            around = self.overheads[backend]
            self._ways[way] = crossing_seconds(around, tensor, entering, self.host)
        return self._ways[way]

    def start_seconds(self, backend: Backend) -> float:
        """Of a run on a device, whatever its ops: its program's call, and the driver's part."""
        return self.call_seconds + self.overheads[backend].run_seconds

    def group(self, ops: Group, backend: Backend) -> Time:
        """The time of a run of *ops* on a device that is known, or on the CPU."""
        if (key := (ops, backend)) not in self._groups:
            known = backend in self.overheads
            here = Time(host=sum(map(self.here, ops)))
            self._groups[key] = self._there(ops, backend) if known else here
        return self._groups[key]

    def _there(self, ops: Group, backend: Backend) -> Time:
        costs = [cost for op in ops if (cost := self._device.get(op)) is not None]
        ways = sum(self.crossing(t, backend, True) for t in self.ends.entering(ops))
        ways += sum(self.crossing(t, backend, False) for t in self.ends.leaving(ops))
        driver = sum(cost.driver_seconds for cost in costs)
        device = sum(cost.seconds for cost in costs)
        return Time(device, driver + self.start_seconds(backend), crossings=ways)

    def total(self, groups: Iterable[tuple[Group, Backend]]) -> Time:
        """Of groups one after the other."""
        return sum((self.group(ops, backend) for ops, backend in groups), Time())
