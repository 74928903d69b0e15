# SPDX-License-Identifier: MIT
"""A graph is cut into runs of ops, each for one backend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from npucore.contract.backend import (
    Availability,
    Backend,
    Capabilities,
    DeviceKind,
    Program,
    Verdict,
    is_cpu,
)
from npucore.contract.placement import Placement
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Foreign, Op
from npucore.ops.macs import macs
from npucore.running.order import Group, alternating
from npucore.running.prices import Time


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Ops that one backend executes in one go, as a graph of their own."""

    backend: Backend
    graph: Graph


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """A graph cut into runs, in an order in which they can be executed.

    *time* is the modelled one of an inference; None where no model was asked or covers all runs.
    """

    runs: tuple[Run, ...]
    placements: tuple[Placement, ...]
    time: Time | None = None


Order = Callable[[Graph, Mapping[Op, Backend]], Sequence[Group]]


class Cuts:
    """Parts of a graph as graphs of their own, each made once, and what backends say of their ops.

    Backends remember by graph what they have worked out.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._made: dict[Group, Graph] = {}
        self._said: dict[tuple[Backend, Op, Graph], Verdict] = {}

    def __call__(self, ops: Group) -> Graph:
        if ops not in self._made:
            self._made[ops] = self.graph.subgraph(ops)
        return self._made[ops]

    def ask(self, backend: Backend, op: Op, graph: Graph) -> Verdict:
        """*backend*'s verdict on *op* in *graph*, asked once."""
        if (key := (backend, op, graph)) not in self._said:
            self._said[key] = ask(backend, op, graph)
        return self._said[key]


class _Choice:
    """The backends that may still take an op, best first, and what the others said.

    *unwanted* is why it is to go to the CPU, if there is one, though others would take it.
    """

    def __init__(
        self, op: Op, cuts: Cuts, backends: Sequence[Backend], unwanted: str | None
    ) -> None:
        self.op, self.backends, self._cuts = op, backends, cuts
        self.reasons: list[str] = []
        self.verdict = Verdict()
        self._unwanted = unwanted
        self.ask(cuts.graph)

    @property
    def backend(self) -> Backend:
        return self.backends[len(self.reasons)]

    def ask(self, graph: Graph) -> None:
        """Go down the list until a backend takes the op in *graph*; raise if none does."""
        while len(self.reasons) < len(self.backends):
            verdict = self._cuts.ask(self.backend, self.op, graph)
            if verdict and self._unwanted is not None and not is_cpu(self.backend):
                verdict = Verdict(self._unwanted)
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


def partition(
    graph: Graph,
    backends: Sequence[Backend],
    unwanted: Mapping[Op, str] | None = None,
    order: Order = alternating,
    cuts: Cuts | None = None,
) -> Partition:
    """Give every op to the first of *backends* that takes it, and cut the graph accordingly.

    An op accepted in the whole graph may lose the neighbour that it was to be fused with, to
    another run; so every run is judged again as a graph of its own, and what is refused there
    goes to the next backend. Ops of *unwanted* go to the CPU if a backend is one, for the reason
    given. *order* puts ops in groups of a backend each, and *cuts* makes graphs of them.

    Raises `UnsupportedError` for an op that no backend takes.
    """
    reasons, cut = unwanted or {}, cuts or Cuts(graph)
    choices = {op: _Choice(op, cut, backends, reasons.get(op)) for op in graph.ops}
    while True:
        owners = {op: choice.backend for op, choice in choices.items()}
        runs = tuple(Run(owners[ops[0]], cut(ops)) for ops in order(graph, owners))
        refused = [
            (choices[op], run.graph)
            for run in runs
            for op in run.graph.ops
            if len(runs) > 1 and not cut.ask(run.backend, op, run.graph)
        ]
        if not refused:
            return Partition(runs, tuple(_placements(graph, choices)))
        for choice, context in refused:
            choice.ask(context)


def _placements(graph: Graph, choices: dict[Op, _Choice]) -> list[Placement]:
    cpus = {backend for backend in {c.backend for c in choices.values()} if is_cpu(backend)}
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
