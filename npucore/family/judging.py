# SPDX-License-Identifier: MIT
"""Whether an op goes on the NPU, and what it becomes there: decided once for each context."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar
from weakref import WeakKeyDictionary

from npucore.contract.backend import Verdict
from npucore.errors import UnsupportedError
from npucore.evidence import Evidence
from npucore.family.measured import Measured
from npucore.family.rules import Rule, judge
from npucore.graph import Graph
from npucore.ops import Op
from npucore.rewrite.one_scale import OneScale, one_scale

LoweredT_co = TypeVar("LoweredT_co", covariant=True)
LoweredT = TypeVar("LoweredT")


@dataclass(frozen=True, slots=True, eq=False)
class Judged(Generic[LoweredT]):
    """The verdict on an op, and the lowered op if it is taken; None if it becomes nothing."""

    verdict: Verdict
    lowered: LoweredT | None = None


class Lowering(Protocol[LoweredT_co]):
    """How a family lowers an op that its rules take."""

    otherwise: str
    """Why an op is refused that no rule applies to, as ``has no layer``."""

    @property
    def rules(self) -> Sequence[Rule]:
        """Those of the chip, in order."""
        ...

    def context(self, op: Op, graph: Graph) -> Hashable | None:
        """All that verdict and lowering take from the graph; None if that may be anything."""
        ...

    def direct(self, op: Op, graph: Graph) -> Op:
        """The op as rules and lowering want it, as a product by a constant matrix."""
        ...

    def lower(self, op: Op, graph: Graph) -> LoweredT_co | None:
        """The lowered op; None for one that becomes nothing.

        Raises `UnsupportedError` if its numbers do not fit the chip.
        """
        ...


@dataclass(frozen=True, slots=True)
class Trust:
    """The least evidence that is taken, and what the board itself has confirmed and refuted."""

    least: Evidence
    measured: Measured


@dataclass(frozen=True, slots=True, eq=False)
class _Way(Generic[LoweredT]):
    """A lowering, and those of its rules that may speak of ops of a kind, in order."""

    lowering: Lowering[LoweredT]
    rules: Sequence[Rule]


def _rules(lowering: Lowering[Any], kind: type[Op]) -> Sequence[Rule]:
    return tuple(rule for rule in lowering.rules if issubclass(kind, rule.kinds))


class Judge(Generic[LoweredT]):
    """Judges ops and remembers: a graph is judged as a whole, then each of its runs.

    Of several *lowerings*, the first that takes an op lowers it: the best way comes first. With
    *requantize*, weights with a scale per channel are given one scale first. *grade* may change the
    verdict on an op that has been lowered, by what became of it; what it refuses goes the next way.
    """

    def __init__(
        self,
        lowerings: Lowering[LoweredT] | Sequence[Lowering[LoweredT]],
        trust: Trust,
        requantize: bool,
        grade: Callable[[Verdict, LoweredT, Trust], Verdict] | None = None,
    ) -> None:
        self._ways = tuple(lowerings) if isinstance(lowerings, Sequence) else (lowerings,)
        self._trust, self._requantize, self._grade = trust, requantize, grade
        self._of_kind: dict[type[Op], Sequence[_Way[LoweredT]]] = {}
        self._changed: WeakKeyDictionary[Op, OneScale | None] = WeakKeyDictionary()
        self._by_context: WeakKeyDictionary[Op, dict[Hashable, Judged[LoweredT]]]
        self._by_context = WeakKeyDictionary()
        self._by_graph: WeakKeyDictionary[Graph, dict[Op, Judged[LoweredT]]] = WeakKeyDictionary()

    def __call__(self, op: Op, graph: Graph) -> Judged[LoweredT]:
        """The rules, then whether the op's numbers fit the chip."""
        of_graph = self._by_graph.setdefault(graph, {})
        if op not in of_graph:
            of_graph[op] = self._in_context(op, graph)
        return of_graph[op]

    def _in_context(self, op: Op, graph: Graph) -> Judged[LoweredT]:
        """As it was judged in another graph, if that was the same to it."""
        contexts = tuple(way.lowering.context(op, graph) for way in self._of(type(op)))
        if None in contexts:
            return self._judge(op, graph)
        of_op = self._by_context.setdefault(op, {})
        if contexts not in of_op:
            of_op[contexts] = self._judge(op, graph)
        return of_op[contexts]

    def lowered(self, graph: Graph) -> dict[int, LoweredT]:
        """The lowered ops of a graph, by their index.

        Raises `UnsupportedError` for one that is not taken.
        """
        found = {}
        for index, op in enumerate(graph.ops):
            judged = self(op, graph)
            if not judged.verdict:
                raise UnsupportedError(f"{op.name} -> {op.label}: {judged.verdict.reason}")
            if judged.lowered is not None:
                found[index] = judged.lowered
        return found

    def _judge(self, op: Op, graph: Graph) -> Judged[LoweredT]:
        """The first way that takes *op*; else what each of them says against it."""
        reasons = []
        for way in self._of(type(op)):
            judged = self._by(way, op, graph)
            if judged.verdict:
                return judged
            reasons.append(judged.verdict.reason or "")
        said = "; ".join(dict.fromkeys(reasons))
        return Judged(Verdict(said or f"{op.name} {self._ways[0].otherwise}"))

    def _by(self, way: _Way[LoweredT], op: Op, graph: Graph) -> Judged[LoweredT]:
        lowering, known = way.lowering, self._trust.measured.known
        taken = lowering.direct(op, graph)
        changed = self._change(taken)
        taken = taken if changed is None else changed.op
        rules = way.rules if type(taken) is type(op) else _rules(lowering, type(taken))
        verdict = judge(rules, taken, graph, self._trust.least, lowering.otherwise, known)
        if not verdict:
            return Judged(verdict)
        try:
            lowered = lowering.lower(taken, graph)
        except UnsupportedError as error:
            return Judged(Verdict(str(error)))
        if self._grade is not None and lowered is not None:
            verdict = self._grade(verdict, lowered, self._trust)
        note = verdict.note if changed is None else changed.note
        return Judged(replace(verdict, note=note), lowered)

    def _of(self, kind: type[Op]) -> Sequence[_Way[LoweredT]]:
        """The ways whose rules speak of ops of a kind, in order."""
        if kind not in self._of_kind:
            every = (_Way(lowering, _rules(lowering, kind)) for lowering in self._ways)
            self._of_kind[kind] = tuple(way for way in every if way.rules)
        return self._of_kind[kind]

    def _change(self, op: Op) -> OneScale | None:
        """The op with one scale for its weights, if the user wants that."""
        if not self._requantize:
            return None
        if op not in self._changed:
            self._changed[op] = one_scale(op)
        return self._changed[op]
