# SPDX-License-Identifier: MIT
"""A virtual kernel whose chip deviates is found out, and what it confirms is believed."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import numpy as np
import pytest

from npucore.cli import main
from npucore.contract.backend import Evidence, Finding, State
from npucore.family import measured
from npucore.family.measured import Measured
from npucore.family.rules import Rule
from npucore.family.selftest import unshown
from npucore.graph import Graph
from npucore.ops import Add, Subtract
from npucore_vsim import VsimBackend
from npucore_vsim.chip import CHIPS, Chip
from npucore_vsim.lower import LOOKUPS
from npucore_vsim.rules import rules
from npucore_vsim.selftest.cases import CASES
from npucore_vsim.selftest.graphs import samples
from npucore_vsim.selftest.run import asked, conditions
from npucore_vsim.selftest.shown import SHOWN, plain
from npucore_vsim.virtual import Effect, Fault, Point, VirtualKernel
from tests.material.vsim.boards import held
from tests.material.vsim.deviations import DEVIATIONS, build

CHIP = pytest.mark.parametrize("chip", CHIPS.values(), ids=lambda chip: chip.name)
BESIDE = {
    "composed": {"largest"},
    "one sum": {"scales alike"},
    "scales alike": {"one sum"},
    "odd sum": {"one sum", "scales alike"},
    "looked up": {"one sum", "scales alike"},
    "one operand": {"looked up", "two tensors"},
    "two tensors": {"one operand"},
}
"""Rules below `shown` that a case of another one cannot do without."""
BEFORE_RULES = 1 + len(SHOWN)


@pytest.fixture(autouse=True)
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return measured.path("vsim")


def examined(kernel: VirtualKernel, said: list[str] | None = None) -> dict[str, Finding]:
    found = VsimBackend(device=kernel).self_test((said or []).append)
    assert found is not None
    return {finding.subject.removeprefix("rule: "): finding for finding in found}


def needed(graph: Graph, chip: Chip) -> list[Rule]:
    """Rules below `shown`, and with cases, that have a say in a graph."""
    names = set(asked(chip))
    low = [rule for rule in rules(chip) if rule.name in names]
    return [r for op in graph.ops for r in low if isinstance(op, r.kinds) and r.applies(op)]


@pytest.mark.sample(4)
@CHIP
def test_without_a_deviation_every_rule_is_confirmed(chip: Chip) -> None:
    kernel = VirtualKernel(chip)
    found = examined(kernel)
    assert {finding.state for finding in found.values()} == {"ok"}
    assert list(found)[BEFORE_RULES:-1] == asked(chip)
    assert VsimBackend(device=kernel).measured == Measured(
        frozenset([*asked(chip), *conditions(chip)])
    )
    assert held(kernel)[:4] == (0, 0, 0, 0)


@pytest.mark.sample(4)
@CHIP
def test_every_rule_below_shown_has_cases_that_need_it(chip: Chip) -> None:
    """But for one that applies to nothing on V7, and conditions, which other chips have met."""
    seen = {rule.name for rule in rules(CHIPS["a311d"]) if rule.evidence >= Evidence.SHOWN}
    rest = set(unshown(rules(chip))) - set(asked(chip))
    assert rest - seen == ({"many kernels"} if chip.generation == 7 else set())
    assert not rest & seen or chip.name not in ("a311d", "imx8mp")
    for name in asked(chip):
        for case, graph in CASES[name](chip).items():
            found = {rule.name for rule in needed(graph, chip)}
            assert name in found, (name, case)
            assert found <= {name} | BESIDE.get(name, set()), (name, case)


@CHIP
def test_cases_are_taken_whole_with_all_their_rules(chip: Chip) -> None:
    backend = VsimBackend(chip.name, device="simulator", trust="paper")
    graphs = [plain(), *(shown() for shown in SHOWN.values())]
    assert not any(needed(graph, chip) for graph in graphs)
    for name in asked(chip):
        graphs += CASES[name](chip).values()
    refused = [
        verdict.reason
        for graph in graphs
        for op in graph.ops
        if not (verdict := backend.supports(op, graph))
    ]
    assert refused == []


@pytest.mark.sample(2)
@pytest.mark.parametrize("name", ["s905d3", "stm32mp2"])
def test_a_chip_that_nobody_has_run_is_raised_by_what_ran_alone(name: str) -> None:
    """Convolutions and matrices after the self-test; moves of maps, of which it runs none, not."""
    chip, graph = CHIPS[name], plain()
    kernel = VirtualKernel(chip)
    before = VsimBackend(device=kernel, trust="shown").supports(graph.ops[0], graph)
    assert before.reason is not None
    found = conditions(chip)
    assert {"constant weights", "window", "no dilation", "rows"} <= set(found)
    assert not {"box", "border", "one order", "no activation", "constant matrix"} & set(found)
    examined(kernel)
    assert VsimBackend(device=kernel, trust="shown").supports(graph.ops[0], graph)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["s905d3", "stm32mp2"])
def test_nothing_is_raised_where_one_of_the_first_cases_is_wrong(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(monkeypatch, DEVIATIONS["halves"][1])
    kernel = VirtualKernel(CHIPS[name])
    examined(kernel)
    known = VsimBackend(device=kernel).measured.confirmed
    assert known
    assert not known & set(conditions(CHIPS[name]))


@pytest.mark.slow
def test_cases_are_the_same_every_time() -> None:
    one, other = VirtualKernel(), VirtualKernel()
    said: list[list[str]] = [[], []]
    for kernel, words in zip((one, other), said, strict=True):
        VsimBackend(device=kernel).self_test(words.append)
    assert said[0] == said[1]
    assert len(set(said[0])) == len(said[0]) > 40


@pytest.mark.sample(8)
@pytest.mark.parametrize("name", DEVIATIONS)
def test_each_deviation_is_found_and_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chip, changes, subjects = DEVIATIONS[name]
    build(monkeypatch, changes)
    kernel = VirtualKernel(CHIPS[chip])
    found = examined(kernel)
    wrong = {subject for subject, finding in found.items() if finding.state != "ok"}
    assert wrong == subjects
    assert {found[subject].state for subject in wrong} == {"error"}
    refuted = wrong & set(CASES)
    assert VsimBackend(device=kernel).measured.refuted == refuted
    assert all(found[s].remedy == "vsim will not use it here" for s in refuted)


def test_no_rule_has_cases_that_never_fail() -> None:
    found = {subject for _, _, subjects in DEVIATIONS.values() for subject in subjects}
    assert set(CASES) <= found


def test_every_function_and_every_byte_is_looked_up() -> None:
    chip = CHIPS["a311d"]
    graphs = [*CASES["looked up"](chip).values(), *CASES["one operand"](chip).values()]
    assert {type(op) for graph in graphs for op in graph.ops} == {*LOOKUPS, Add, Subtract}
    assert {len(np.unique(array)) for graph in graphs for array in samples(graph)} == {256}


def test_without_a_plain_convolution_nothing_else_is_asked(
    records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(monkeypatch, DEVIATIONS["sums"][1])
    (finding,) = examined(VirtualKernel()).values()
    assert (finding.state, finding.subject) == ("error", "a plain convolution")
    assert finding.remedy == "nothing else was asked, and nothing recorded"
    assert not records.exists()


@pytest.mark.sample(3)
@pytest.mark.parametrize("number", [BEFORE_RULES, 9, 30])
def test_a_hang_costs_one_rule_and_leaves_nothing(number: int) -> None:
    kernel = VirtualKernel()
    before = held(kernel)
    kernel.faults.order(Fault(Point.JOB, Effect.HANG, after=number))
    found = examined(kernel)
    hung = [finding for finding in found.values() if "has stopped the job" in finding.detail]
    assert len(hung) == 1
    assert sum(finding.state == "ok" for finding in found.values()) == len(found) - 1
    assert held(kernel) == before
    assert VsimBackend(device=kernel).measured.refuted == {hung[0].subject.removeprefix("rule: ")}


@pytest.mark.slow
@pytest.mark.parametrize("fault", [errno.ENOMEM, Effect.BUSY], ids=["no memory", "busy"])
def test_what_is_no_fault_of_a_job_says_nothing_about_its_rule(fault: int | Effect) -> None:
    kernel = VirtualKernel()
    point = Point.JOB if isinstance(fault, Effect) else Point.GEM_NEW
    kernel.faults.order(Fault(point, fault, after=30))
    found = examined(kernel)
    states = [finding.state for finding in found.values()]
    assert (states.count(State.UNKNOWN), states.count(State.ERROR)) == (1, 0)
    known = VsimBackend(device=kernel).measured
    assert len(known.confirmed) == len(asked(kernel.chip)) - 1
    assert not known.refuted


@pytest.mark.slow
def test_what_a_board_has_confirmed_is_as_good_as_shown() -> None:
    kernel = VirtualKernel()
    graph = CASES["clamped"](kernel.chip)["0 to 6 behind a convolution"]
    before = VsimBackend(device=kernel, trust="shown").supports(graph.ops[0], graph)
    assert before.reason == "needs trust=sibling: clamped"
    examined(kernel)
    after = VsimBackend(device=kernel, trust="shown").supports(graph.ops[0], graph)
    assert (after.reason, after.evidence) == (None, Evidence.SHOWN)
    for elsewhere in ("simulator", VirtualKernel(CHIPS["imx8mp"]), VirtualKernel(minor=5)):
        verdict = VsimBackend(device=elsewhere, trust="shown").supports(graph.ops[0], graph)
        assert verdict.reason == before.reason


@pytest.mark.slow
def test_what_a_board_has_refuted_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = VirtualKernel()
    with monkeypatch.context() as patch:
        build(patch, DEVIATIONS["averages"][1])
        examined(kernel)
    (graph, *_) = CASES["average"](kernel.chip).values()
    verdict = VsimBackend(device=kernel, trust="paper").supports(graph.ops[0], graph)
    assert verdict.reason == "the board's self-test has refuted it: average"
    assert VsimBackend(device="simulator").supports(graph.ops[0], graph)
    examined(kernel)  # the same board, repaired
    assert VsimBackend(device=kernel, trust="shown").supports(graph.ops[0], graph)


@pytest.mark.slow
def test_it_is_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["doctor", "--backend", "vsim", "--option", "device=virtual", "--self-test"]
    assert main(words) == 0
    text = capsys.readouterr().out
    assert all(text.count(f"rule: {name} ") == 1 for name in asked(CHIPS["a311d"]))
    assert main([*words, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert {(f["backend"], f["state"]) for f in report["self_test"]} == {("vsim", "ok")}


def test_a_record_is_of_the_board_the_chip_the_driver_and_the_kernel() -> None:
    assert VsimBackend(device=VirtualKernel()).machine.board == (
        "npucore,virtual on 6.12.0-virtual, a311d by etnaviv 1.4.0"
    )


def test_the_simulator_has_nothing_to_try() -> None:
    assert VsimBackend(device="simulator").self_test(lambda text: None) is None


def test_a_device_that_is_away_is_said_to_be() -> None:
    kernel = VirtualKernel()
    backend = VsimBackend(device=kernel)
    kernel.present = False
    (finding,) = backend.self_test(lambda text: None) or []
    assert (finding.state, "it is not there" in finding.detail) == ("error", True)
