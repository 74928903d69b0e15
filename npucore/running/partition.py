# SPDX-License-Identifier: MIT
"""A graph is cut into runs of ops, each for one backend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from npucore.contract.backend import (
    Availability,
    Backend,
    Capabilities,
    DeviceKind,
    Program,
    Verdict,
)
from npucore.contract.placement import Placement
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Foreign, Op
from npucore.ops.macs import macs


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Ops that one backend executes in one go, as a graph of their own."""

    backend: Backend
    graph: Graph


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """A graph cut into runs, in an order in which they can be executed."""

    runs: tuple[Run, ...]
    placements: tuple[Placement, ...]


class _Choice:
    """The backends that may still take an op, best first, and what the others said."""

    def __init__(self, op: Op, graph: Graph, backends: Sequence[Backend]) -> None:
        self.op, self.backends = op, backends
        self.reasons: list[str] = []
        self.verdict = Verdict()
        self.ask(graph)

    @property
    def backend(self) -> Backend:
        return self.backends[len(self.reasons)]

    def ask(self, graph: Graph) -> None:
        """Go down the list until a backend takes the op in *graph*; raise if none does."""
        while len(self.reasons) < len(self.backends):
            verdict = ask(self.backend, self.op, graph)
            if verdict:
                self.verdict = verdict
                return
            self.reasons.append(f"{self.backend.name}: {verdict.reason}")
        raise UnsupportedError(
            f"{graph.name or 'graph'}: nothing runs {self.op.name} -> {self.op.label} "
            f"({'; '.join(self.reasons)})"
        )


def ask(backend: Backend, op: Op, graph: Graph) -> Verdict:
    """What *backend* says of *op*; one that raises, which it must not, refuses."""
    if isinstance(op, Foreign) and not isinstance(backend, Unplaced):
        return Verdict(f"{op.operator}: {op.reason}")
    try:
        return backend.supports(op, graph)
    except Exception as error:  # a plugin's fault, whatever it is
        return Verdict(f"the backend is broken: {type(error).__name__}: {error}")


class Unplaced(Backend):
    """The last backend where a graph is only looked at: it takes the ops that no other one does."""

    name = "nothing"
    capabilities = Capabilities(summary="what nothing runs", ops={})

    def availability(self) -> Availability:
        """There is nothing."""
        return Availability(DeviceKind.NONE, "nothing")

    def supports(self, op: Op, graph: Graph) -> Verdict:
        """Everything, to be shown."""
        return Verdict()

    def compile(self, graph: Graph) -> Program:
        """Nothing can be run."""
        raise UnsupportedError(f"nothing runs {', '.join(op.name for op in graph.ops)}")


def partition(graph: Graph, backends: Sequence[Backend]) -> Partition:
    """Give every op to the first of *backends* that takes it, and cut the graph accordingly.

    An op accepted in the whole graph may lose the neighbour that it was to be fused with, to
    another run; so every run is judged again as a graph of its own, and what is refused there
    goes to the next backend.

    Raises `UnsupportedError` for an op that no backend takes.
    """
    choices = {op: _Choice(op, graph, backends) for op in graph.ops}
    while True:
        runs = tuple(_runs(graph, choices))
        refused = [
            (choices[op], run.graph)
            for run in runs
            for op in run.graph.ops
            if len(runs) > 1 and not ask(run.backend, op, run.graph)
        ]
        if not refused:
            return Partition(runs, tuple(_placements(graph, choices)))
        for choice, context in refused:
            choice.ask(context)


def _runs(graph: Graph, choices: dict[Op, _Choice]) -> list[Run]:
    """Take ops that are ready from one backend as long as there are any, then from the next."""
    writer = graph.writer
    waiting = {op: {writer[t] for t in op.inputs if t in writer} for op in graph.ops}
    readers: dict[Op, list[Op]] = {op: [] for op in graph.ops}
    for op, needed in waiting.items():
        for source in needed:
            readers[source].append(op)
    position = {op: index for index, op in enumerate(graph.ops)}
    ready = sorted((op for op, needed in waiting.items() if not needed), key=position.__getitem__)
    runs: list[Run] = []
    while ready:
        backend, taken = choices[ready[0]].backend, []
        while mine := [op for op in ready if choices[op].backend is backend]:
            op = mine[0]
            ready.remove(op)
            taken.append(op)
            for reader in readers[op]:
                waiting[reader].discard(op)
                if not waiting[reader]:
                    ready.append(reader)
            ready.sort(key=position.__getitem__)
        runs.append(Run(backend, graph.subgraph(tuple(taken))))
    return runs


def _placements(graph: Graph, choices: dict[Op, _Choice]) -> list[Placement]:
    cpus = {backend for backend in {c.backend for c in choices.values()} if _is_cpu(backend)}
    return [
        Placement(
            index,
            op.name,
            op.label,
            choices[op].backend.name,
            "; ".join(choices[op].reasons) or None,
            _evidence(choices[op], cpus),
            choices[op].verdict.note,
            macs(op),
        )
        for index, op in enumerate(graph.ops)
    ]


def _evidence(choice: _Choice, cpus: set[Backend]) -> str | None:
    """How well the hardware is known to do it; a CPU needs no such knowledge."""
    level = choice.verdict.evidence
    return None if level is None or choice.backend in cpus else str(level)


def _is_cpu(backend: Backend) -> bool:
    try:
        return backend.availability().kind is DeviceKind.CPU
    except Exception:  # a plugin's fault, whatever it is
        return False
