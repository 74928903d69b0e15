# SPDX-License-Identifier: MIT
"""Right answers, wrong conduct."""

from __future__ import annotations

import dataclasses
import itertools
import threading
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from npucore.contract.backend import Capabilities, Exported, PendingInference, Program, Verdict
from npucore.errors import UnsupportedError
from npucore.evidence import Evidence
from npucore.graph import Graph
from npucore.ops import Op
from npucore.reference import ReferenceBackend
from npucore.tensor import Array
from tests.material.conformance.controls.base import TAKEN, Sound, Wrapped, answering, control


@control("contract/a_second_input_gives_a_second_answer")
class StaleOutput(Sound):
    def program(self, graph: Graph) -> Program:
        class Stale(Wrapped):
            old: list[Array] | None = None

            def run(self, inputs: Sequence[Array]) -> list[Array]:
                self.old = self.old or self.inner.run(inputs)
                return [np.array(a) for a in self.old]

        return Stale(ReferenceBackend.compile(self, graph), graph)


@control("contract/threads_do_not_meet")
class Race(Sound):
    def program(self, graph: Graph) -> Program:
        class Racing(Wrapped):
            staged: Sequence[Array] = ()

            def run(self, inputs: Sequence[Array]) -> list[Array]:
                self.staged = [np.array(a) for a in inputs]
                if threading.active_count() > 1:
                    time.sleep(0.001)
                return self.inner.run(self.staged)

        return Racing(ReferenceBackend.compile(self, graph), graph)


@control("contract/takes_what_it_claims")
class ClaimsWhatItRefuses(Sound):
    capabilities = Capabilities("boasts", {**dict.fromkeys(TAKEN, 0), "softmax": 0})


@control("contract/claims_what_it_takes")
class TakesWhatItHides(Sound):
    capabilities = Capabilities("hides", dict.fromkeys(TAKEN[1:], 0))


@control("contract/takes_something")
class RefusesEverything(Sound):
    capabilities = Capabilities("does nothing", {})

    def supports(self, op: Op, graph: Graph) -> Verdict:
        return Verdict("not today")


@control("contract/refusals_give_reasons")
class RefusesInSilence(Sound):
    def supports(self, op: Op, graph: Graph) -> Verdict:
        verdict = super().supports(op, graph)
        return verdict if verdict else Verdict("")


@control("contract/compile_refuses_what_supports_refuses")
class CompilesWhatItRefuses(Sound):
    def compile(self, graph: Graph) -> Program:
        return ReferenceBackend().compile(graph)


@control("contract/answers_stay_as_they_are")
class ReusesItsAnswers(Sound):
    def program(self, graph: Graph) -> Program:
        class Reusing(Wrapped):
            kept: list[Array] | None = None

            def run(self, inputs: Sequence[Array]) -> list[Array]:
                fresh = self.inner.run(inputs)
                if self.kept is None:
                    self.kept = fresh
                for mine, new in zip(self.kept, fresh, strict=True):
                    mine[...] = new
                return self.kept

        return Reusing(ReferenceBackend.compile(self, graph), graph)


@control("contract/runs_twice_alike")
class Flickers(Sound):
    def program(self, graph: Graph) -> Program:
        count = itertools.count()
        change = answering(lambda graph, out: [a ^ (next(count) % 3 == 2) for a in out])
        return (
            change(self, graph) if graph.outputs[0].dtype.kind in "iu" else super().program(graph)
        )


@control("contract/verdicts_do_not_change")
class ChangesItsMind(Sound):
    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__(target, **options)
        self.asked = itertools.count()

    def supports(self, op: Op, graph: Graph) -> Verdict:
        return (
            Verdict("one in a thousand")
            if next(self.asked) % 1000 == 999
            else super().supports(op, graph)
        )


@control("contract/evidence_has_a_level")
class InventsEvidence(Sound):
    def supports(self, op: Op, graph: Graph) -> Verdict:
        verdict = super().supports(op, graph)
        return dataclasses.replace(verdict, evidence="trust me") if verdict else verdict  # type: ignore[arg-type]


@control("contract/takes_nothing_below_its_trust")
class TakesMoreThanItTrusts(Sound):
    trust = Evidence.PROVEN

    def supports(self, op: Op, graph: Graph) -> Verdict:
        verdict = super().supports(op, graph)
        return dataclasses.replace(verdict, evidence=Evidence.PAPER) if verdict else verdict


@control("contract/close_may_be_called_twice")
class ClosesOnce(Sound):
    def program(self, graph: Graph) -> Program:
        class Once(Wrapped):
            closed = False

            def close(self) -> None:
                if self.closed:
                    raise OSError("bad file descriptor")
                self.closed = True

        return Once(ReferenceBackend.compile(self, graph), graph)


@control("contract/jobs_give_what_runs_give")
class MixesJobs(Sound):
    def program(self, graph: Graph) -> Program:
        class Mixing(Wrapped):
            last: Sequence[Array] = ()

            def submit(self, inputs: Sequence[Array]) -> PendingInference:
                self.last = self.run(inputs)
                program = self

                class Late(PendingInference):
                    def result(self) -> list[Array]:
                        return list(program.last)

                return Late([])

        return Mixing(ReferenceBackend.compile(self, graph), graph)


@control("contract/what_is_exported_can_be_loaded")
class LosesWhatItExports(Sound):
    def export(self, graph: Graph) -> Exported:
        return Exported({}, {})

    def load(self, exported: Exported, inputs: Any, outputs: Any) -> Program:
        graph = Graph((), tuple(inputs), tuple(inputs[:1]))
        return Wrapped(ReferenceBackend.compile(self, graph), graph)


@control("contract/unknown_targets_and_options_are_refused")
class SwallowsOptions(Sound):
    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__()


@control("contract/claims_ops_that_exist")
class ClaimsFiction(Sound):
    capabilities = Capabilities("fiction", {**dict.fromkeys(TAKEN, 0), "teleport": 0})


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class MutatesInputs(Sound):
    def program(self, graph: Graph) -> Program:
        class Mutating(Wrapped):
            def run(self, inputs: Sequence[Array]) -> list[Array]:
                outputs = self.inner.run(inputs)
                for array in inputs:
                    if array.flags.writeable:
                        array[...] = 0
                return outputs

        return Mutating(ReferenceBackend.compile(self, graph), graph)


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class TakesThenRefuses(Sound):
    def program(self, graph: Graph) -> Program:
        raise UnsupportedError("changed my mind")
