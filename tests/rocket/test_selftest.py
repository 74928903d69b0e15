# SPDX-License-Identifier: MIT
"""A virtual kernel that deviates is found out, and what it confirms is believed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from npucore.contract.backend import Evidence, Finding
from npucore.family.judging import Judge, Trust
from npucore.family.measured import Measured
from npucore.family.rules import judge
from npucore.family.selftest import unshown
from npucore.graph import Graph
from npucore.ops import Convolution
from npucore_rocket import RocketBackend
from npucore_rocket.chip import RK3588
from npucore_rocket.contradictions import CONTRADICTIONS
from npucore_rocket.form import CAUTIOUS
from npucore_rocket.lower import Step
from npucore_rocket.lowering import Lowered
from npucore_rocket.rules import NO_WAY, rules, rules_of_steps
from npucore_rocket.rules.steps import covering
from npucore_rocket.selftest import graphs, halves
from npucore_rocket.selftest.questions import QUESTIONS
from npucore_rocket.virtual import Behaviour, Effect, Fault, Point, VirtualKernel
from npucore_rocket.ways import Ways
from tests.material.rocket.boards import held
from tests.material.rocket.deviations import DEVIATIONS, no_relu

RULES = rules(RK3588)


@pytest.fixture(autouse=True)
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def examined(kernel: VirtualKernel) -> dict[str, Finding]:
    found = RocketBackend(device=kernel).self_test(lambda text: None)
    assert found is not None
    return {finding.subject: finding for finding in found}


@pytest.mark.sample(5)
@pytest.mark.parametrize("name", DEVIATIONS)
def test_each_deviation_is_found_and_named(name: str) -> None:
    behaviour, subject, words = DEVIATIONS[name]
    finding = examined(VirtualKernel(behaviour))[subject]
    assert words in finding.detail
    assert finding.state in ("warning", "error")


def test_without_a_deviation_all_is_as_assumed() -> None:
    found = examined(VirtualKernel())
    assert {finding.state for finding in found.values()} == {"ok"}
    asked = len({*unshown(RULES), *graphs.RULES}) + len(QUESTIONS) + len(halves.QUESTIONS)
    assert len(found) == asked + 1
    assert list(found)[: len(halves.QUESTIONS)] == [
        question.subject for question in halves.QUESTIONS
    ]


def test_results_of_fp16_that_are_off_are_told_from_those_that_are_nearly_right() -> None:
    wanted = np.linspace(-4, 4, 9, dtype=np.float32)
    for off, assumed in ((0, True), (2.0**-16, True), (0.1, False), (np.nan, False)):
        found = wanted.copy()
        found[3] += off
        said, right = halves._compared(found, wanted)
        assert right is assumed, said


def test_every_contradiction_has_a_question() -> None:
    asked = {question.subject for question in QUESTIONS}
    assert {point.question for point in CONTRADICTIONS} <= asked


def steps_of(graph: Graph, name: str) -> list[Step]:
    """The steps that the ops of a case become."""
    form = graphs.FORMS.get(name, CAUTIOUS)
    judge = Judge[Lowered](Ways(RK3588, form).of_bytes(), Trust(Evidence.PAPER, Measured()), False)
    return [step for lowered in judge.lowered(graph).values() for step in lowered.steps]


def test_every_rule_below_shown_has_a_case_that_needs_it() -> None:
    assert set(unshown(RULES)) <= graphs.RULES.keys()
    known = {rule.name: rule for rule in RULES}
    for name in unshown(RULES):
        graph: Graph = graphs.RULES[name]()
        needed = [
            rule
            for op in graph.ops
            for rule in RULES
            if isinstance(op, rule.kinds) and rule.applies(op)
        ]
        needed += covering(rules_of_steps(RK3588), steps_of(graph, name))
        assert known[name] in needed


def test_what_ran_in_fp16_alone_is_asked_in_int8() -> None:
    finding = examined(VirtualKernel())["rule: large window"]
    assert finding.state == "ok", finding
    (op,) = graphs.RULES["large window"]().ops
    assert isinstance(op, Convolution)
    assert op.input.dtype == op.weights.dtype == np.int8
    assert min(op.kernel) > 5


@pytest.mark.sample(3)
@pytest.mark.parametrize("number", [0, 5, 9])
def test_a_hang_costs_one_case_and_leaves_nothing(number: int) -> None:
    kernel = VirtualKernel()
    before = held(kernel)
    kernel.faults.order(Fault(Point.JOB, Effect.HANG, after=number))
    found = examined(kernel)
    hung = [finding for finding in found.values() if "it hangs" in finding.detail]
    assert len(hung) == 1
    assert sum(finding.state == "ok" for finding in found.values()) == len(found) - 1
    assert held(kernel) == before


def test_what_a_board_has_confirmed_is_as_good_as_shown() -> None:
    kernel = VirtualKernel()
    graph = graphs.RULES["clamp above"]()
    before = RocketBackend(device=kernel, trust="shown").supports(graph.ops[0], graph)
    assert before.reason == "needs trust=paper: clamp above"
    examined(kernel)
    after = RocketBackend(device=kernel, trust="shown").supports(graph.ops[0], graph)
    assert (after.reason, after.evidence) == (None, Evidence.SHOWN)
    elsewhere = RocketBackend(device="simulator", trust="shown").supports(graph.ops[0], graph)
    assert elsewhere.reason == before.reason


def test_what_a_board_has_refuted_is_refused() -> None:
    kernel = VirtualKernel(Behaviour(reads=(no_relu,)))
    examined(kernel)
    graph = graphs.RULES["clamp below"]()
    verdict = RocketBackend(device=kernel, trust="paper").supports(graph.ops[0], graph)
    assert verdict.reason == "the board's self-test has refuted it: clamp below"
    assert judge(RULES, graph.ops[0], graph, Evidence.SIBLING, NO_WAY).reason is None


def test_the_simulator_has_nothing_to_try() -> None:
    assert RocketBackend(device="simulator").self_test(lambda text: None) is None


def test_a_device_that_is_away_is_said_to_be() -> None:
    kernel = VirtualKernel()
    backend = RocketBackend(device=kernel)
    kernel.present = False
    (finding,) = backend.self_test(lambda text: None) or []
    assert (finding.state, "the device is gone" in finding.detail) == ("error", True)
