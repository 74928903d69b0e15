# SPDX-License-Identifier: MIT
"""A model of the board that a network's runs are for: what an inference consists of, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from npucore.contract.abilities import Predicts, PredictsExports, PredictsSpeed
from npucore.contract.backend import Backend, is_cpu
from npucore.contract.cost import OpCost, Speed
from npucore.errors import UnsupportedError
from npucore.files.artifact import Artifact, StoredRun
from npucore.graph import Graph
from npucore.ops import Op
from npucore.ops.macs import macs
from npucore.running.execution import rewritten
from npucore.running.host import Host
from npucore.running.opening import open_stored
from npucore.running.partition import Run
from npucore.running.prices import Time
from npucore.running.schedule import Board, Schedule, schedule
from npucore.running.stages import Stage, alone, on_device, on_host


@dataclass(frozen=True, slots=True)
class OpTiming:
    """An op that a backend has expectations of.

    Parameters
    ----------
    index
        In the model; None for what a rewrite has added.
    cost
        What is expected of one core.
    measured_seconds
        The mean over all inferences; None where nothing was run, or the device does not tell.
    """

    index: int | None
    op: str
    name: str
    backend: str
    cost: OpCost
    measured_seconds: float | None = None

    @property
    def seconds(self) -> float:
        """With what the driver adds for its tasks."""
        return self.cost.seconds + self.cost.driver_seconds


@dataclass(frozen=True, slots=True)
class HostTiming:
    """An op on one core of the board's CPU, as the first CPU backend there does it."""

    index: int | None
    op: str
    name: str
    backend: str
    seconds: float
    macs: int


@dataclass(slots=True, eq=False)
class BoardModel:
    """A network on a modelled board.

    Parameters
    ----------
    host
        The board's CPU.
    stages
        What an inference consists of, in order.
    speeds, trusts
        The chips that costs are of, by backend, and the least evidence of what is taken for them.
    device_ops, host_ops
        What ops take, in the order of execution.
    in_order
        Whether inferences have to run one after the other, since they keep a state.
    """

    host: Host
    in_order: bool = False
    stages: list[Stage] = field(default_factory=list)
    speeds: dict[str, Speed] = field(default_factory=dict)
    trusts: dict[str, str | None] = field(default_factory=dict)
    device_ops: list[OpTiming] = field(default_factory=list)
    host_ops: list[HostTiming] = field(default_factory=list)

    @property
    def time(self) -> Time:
        """Of one inference alone."""
        return alone(self.stages)

    @property
    def unmodelled(self) -> str:
        """Parts that are left out, so that times are lower bounds; empty if nothing is."""
        return "; ".join(dict.fromkeys(s.unmodelled for s in self.speeds.values() if s.unmodelled))

    def schedule(self, streams: int) -> Schedule:
        """Inferences of *streams* side by side."""
        cores = {name: speed.cores for name, speed in self.speeds.items()}
        board = Board(cores, self.host.core.name, self.host.core.count)
        return schedule(self.stages, board, streams, self.in_order)

    def add_device(self, backend: Backend, run: Run | StoredRun, ops: list[OpTiming]) -> None:
        """A run of *ops* on an NPU. Raises `UnsupportedError` for one whose speed nobody knows."""
        if not isinstance(backend, PredictsSpeed):
            raise UnsupportedError(f"{backend.name} has no model of the time that it takes")
        self.speeds[backend.name] = backend.speed()
        self.trusts[backend.name] = None if backend.trust is None else str(backend.trust)
        self.device_ops += ops
        ends = run.graph if isinstance(run, Run) else run
        costs = [(_span_name(each.op, each.name), each.cost) for each in ops]
        self.stages.append(on_device(backend, ends.inputs, ends.outputs, costs, self.host))

    def add_host(self, backend: Backend, ops: Sequence[tuple[int | None, Op]]) -> None:
        """A run of *ops* on the CPU, each with its index."""
        for index, op in ops:
            seconds, count = self.host.seconds(op), macs(op) or 0
            self.host_ops.append(HostTiming(index, op.name, op.label, backend.name, seconds, count))
        named = [(_span_name(op.name, op.label), op) for _, op in ops]
        self.stages.append(on_host(named, self.host))


def of_graph(graph: Graph, runs: Sequence[Run], host: Host) -> BoardModel:
    """A graph that is cut into *runs*; each is compiled for its costs.

    Raises `UnsupportedError` for a backend that has no model of its time.
    """
    model, index = BoardModel(host, bool(graph.states)), {op: n for n, op in enumerate(graph.ops)}
    for run in runs:
        part = rewritten(run)
        if is_cpu(run.backend):
            model.add_host(run.backend, [(index.get(op), op) for op in part.ops])
            continue
        costs = run.backend.predict(part) if isinstance(run.backend, Predicts) else ()
        ops = ((part.ops[cost.op], cost) for cost in costs)
        name = run.backend.name
        found = [OpTiming(index.get(op), op.name, op.label, name, cost) for op, cost in ops]
        model.add_device(run.backend, run, found)
    return model


def of_artifact(artifact: Artifact, host: Host) -> BoardModel:
    """The same of a network that is compiled already."""
    model = BoardModel(host)
    backends: dict[object, Backend] = {}
    for run in artifact.runs:
        key = (run.backend, run.target, *sorted(run.settings.items()))
        backend = backends.setdefault(key, open_stored(run))
        if not isinstance(run.content, Graph):
            model.add_device(backend, run, list(_stored_ops(artifact, run, backend)))
        elif is_cpu(backend):
            model.add_host(backend, list(zip(run.ops, run.content.ops, strict=True)))
        else:
            raise UnsupportedError(f"{backend.name} has no model of the time that it takes")
    return model


def _stored_ops(artifact: Artifact, run: StoredRun, backend: Backend) -> Iterator[OpTiming]:
    if not isinstance(backend, PredictsExports):
        return
    assert not isinstance(run.content, Graph)
    for cost in backend.predict_exported(run.content, run.inputs, run.outputs):
        index = run.ops[cost.op]
        if index is None:
            yield OpTiming(None, "op", f"op {cost.op} of a run", backend.name, cost)
            continue
        placed = artifact.placements[index]
        known = replace(cost, macs=placed.macs or 0)
        yield OpTiming(index, placed.op, placed.name, backend.name, known)


def _span_name(op: str, name: str) -> str:
    return f"{op} -> {name}"
