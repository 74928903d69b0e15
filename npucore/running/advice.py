# SPDX-License-Identifier: MIT
"""Things to try next with a network: each has been worked out, and says what it would change."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from npucore import plugins
from npucore.contract.abilities import PredictsSpeed
from npucore.contract.backend import Backend, Verdict, is_cpu
from npucore.contract.placement import Placement
from npucore.errors import NpucoreError
from npucore.evidence import Evidence
from npucore.graph import Graph
from npucore.ops import Foreign, Op
from npucore.ops.macs import macs
from npucore.running.fallback import REFERENCE, is_quantized
from npucore.running.host import Host
from npucore.running.partition import Partition, Unplaced, ask
from npucore.running.session import FALLBACK, open_backend
from npucore.running.work import fallbacks, for_board

MUCH = 0.2
"""Part of an inference that is worth a word: a choice."""


class Step(enum.StrEnum):
    """A thing to try."""

    BACKEND = "backend"
    EXPORT = "export"
    FLOATS = "floats"
    QUANTIZE = "quantize"
    TRUST = "trust"
    FALLBACK = "fallback"
    STREAMS = "streams"


@dataclass(frozen=True, slots=True)
class Advice:
    """A thing to try, and what it is about.

    Parameters
    ----------
    value
        The backend, level, operator or number that it is tried with; empty if it has none.
    ops, macs
        Ops that it would move or make unnecessary, and their multiply-accumulates.
    seconds
        What they are expected to take on a core of the board's CPU.
    fps
        For streams: inferences in a second at most, by the model.
    """

    step: Step
    value: str
    ops: int
    macs: int
    seconds: float
    fps: float | None = None


def advise(
    graph: Graph,
    parts: Partition,
    chosen: Sequence[Backend],
    fallback: str | None,
    host: Host,
) -> tuple[Advice, ...]:
    """Things to try with *graph*, the most basic first; streams if there is nothing else."""
    adviser = _Adviser(graph, parts, chosen, host)
    found = [*adviser.exports(), *adviser.backends(), *adviser.floats(), *adviser.quantized()]
    found += [*adviser.trusts(), *adviser.fallbacks(fallback)]
    return tuple(found or adviser.streams())


class _Adviser:
    def __init__(
        self, graph: Graph, parts: Partition, chosen: Sequence[Backend], host: Host
    ) -> None:
        self.graph, self.parts, self.chosen, self.host = graph, parts, chosen, host
        names = [backend.name for backend in chosen]
        self.strays: list[Placement] = fallbacks(parts.placements, names)
        self.ops: list[Op] = [graph.ops[placed.index] for placed in self.strays]

    def _advice(self, step: Step, value: str, ops: Sequence[Op]) -> Advice:
        work = sum(macs(op) or 0 for op in ops)
        return Advice(step, value, len(ops), work, sum(map(self.host.seconds, ops)))

    def exports(self) -> Iterator[Advice]:
        """Operators that nothing runs."""
        lost = [
            op for op, p in zip(self.ops, self.strays, strict=True) if p.backend == Unplaced.name
        ]
        if lost:
            names = dict.fromkeys(
                op.operator if isinstance(op, Foreign) else op.name for op in lost
            )
            yield self._advice(Step.EXPORT, ", ".join(names), lost)

    def backends(self) -> Iterator[Advice]:
        """The NPU whose boards take most of a network that is all on the CPU."""
        if not all(map(is_cpu, self.chosen)):
            return
        every = (self._taken_by(name) for name in plugins.names(plugins.BACKENDS))
        _, best = max(every, key=lambda found: (found[0], found[1].macs, found[1].ops))
        if best.ops:
            yield best

    def _taken_by(self, name: str) -> tuple[int, Advice]:
        """(MACs at the trust of its boards, what it takes here)."""
        taken: dict[Op, Verdict] = {}
        trust = None
        try:
            backend = open_backend(name)
            if not is_cpu(backend):
                asked = {op: ask(backend, op, self.graph) for op in self.graph.ops}
                taken = {op: verdict for op, verdict in asked.items() if verdict}
                trust = (for_board(backend) or backend).trust
        except NpucoreError:  # broken: `npucore backends` says so
            pass
        known = [
            op
            for op, v in taken.items()
            if trust is None or v.evidence is None or v.evidence >= trust
        ]
        return sum(macs(op) or 0 for op in known), self._advice(Step.BACKEND, name, list(taken))

    def floats(self) -> Iterator[Advice]:
        """Ops of floats that a backend takes as they are, with settings of its own."""
        if is_quantized(self.graph):
            return
        for backend in self.chosen:
            settings = backend.for_floats
            if settings and (more := self._more_with(backend, settings)):
                told = " ".join(f"{name}={value}" for name, value in settings.items())
                yield self._advice(Step.FLOATS, told, more)

    def quantized(self) -> Iterator[Advice]:
        """Ops of floats, if the network has no others and they are much of what is not taken."""
        if is_quantized(self.graph):
            return
        floats = [
            op for op in self.ops if any(t.dtype.kind == "f" for t in (*op.inputs, *op.outputs))
        ]
        if self._not_on_cpu() and floats and self._is_much(floats):
            yield self._advice(Step.QUANTIZE, "", floats)

    def _not_on_cpu(self) -> bool:
        return not all(map(is_cpu, self.chosen))

    def _is_much(self, ops: Sequence[Op]) -> bool:
        return sum(map(self.host.seconds, ops)) >= MUCH * sum(map(self.host.seconds, self.ops))

    def trusts(self) -> Iterator[Advice]:
        """The next lower level of evidence at which more is taken."""
        for backend in self.chosen:
            for level in sorted(Evidence, reverse=True):
                if backend.trust is None or "trust" not in backend.options or not self.ops:
                    continue
                if level < backend.trust and (
                    more := self._more_with(backend, {"trust": str(level)})
                ):
                    yield self._advice(Step.TRUST, str(level), more)
                    break

    def _more_with(self, backend: Backend, settings: Mapping[str, str]) -> list[Op]:
        try:
            bold = type(backend)(backend.target, **{**backend.settings, **settings})
        except NpucoreError:
            return []
        refused = [op for op in self.ops if not ask(backend, op, self.graph)]
        return [op for op in refused if ask(bold, op, self.graph)]

    def fallbacks(self, fallback: str | None) -> Iterator[Advice]:
        """Another CPU backend, where the reference has much of the time."""
        time = self.parts.time
        if fallback not in (FALLBACK, REFERENCE) or time is None or time.host < MUCH * time.seconds:
            return
        for name in plugins.names(plugins.BACKENDS):
            if name != REFERENCE and self._runs_on_cpu(name):
                yield self._advice(Step.FALLBACK, name, self.ops)
                return

    @staticmethod
    def _runs_on_cpu(name: str) -> bool:
        try:
            return is_cpu(open_backend(name))
        except NpucoreError:
            return False

    def streams(self) -> Iterator[Advice]:
        """As many streams as keep all cores of the NPU busy, and what bounds them."""
        time, owners = self.parts.time, {run.backend for run in self.parts.runs}
        speeds = [b.speed() for b in owners if isinstance(b, PredictsSpeed)]
        if time is None or not speeds or self.graph.states:
            return
        cores = max(speed.cores for speed in speeds)
        there, code = time.seconds - time.host, self._code_seconds()
        fps = min(cores / there, (cores + 1) / time.seconds, 1 / code if code else math.inf)
        yield Advice(Step.STREAMS, str(cores + 1), 0, 0, time.seconds, fps)

    def _code_seconds(self) -> float:
        """Of an inference, with Python's lock held: calls, and the constant part of CPU ops."""
        calls = sum(not is_cpu(run.backend) for run in self.parts.runs)
        ops = (op for run in self.parts.runs if is_cpu(run.backend) for op in run.graph.ops)
        code = sum(self.host.parts(op)[0] for op in ops)
        return calls * self.host.call_seconds() + code
