# SPDX-License-Identifier: MIT
"""A virtual chip that deviates is found out, and what it confirms is believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from npucore.contract.backend import Finding, State
from npucore.evidence import Evidence
from npucore_nvdla import NvdlaBackend, facts
from npucore_nvdla.chip import CHIPS, LARGE, SMALL
from npucore_nvdla.rules import rules
from npucore_nvdla.selftest.graphs import cases, plain
from npucore_nvdla.stream import CONVOLUTION, POINTS, POOL
from npucore_nvdla.virtual import Effect, Fault, Point, VirtualKernel
from tests.material.nvdla.boards import held
from tests.material.nvdla.deviating import Deviating


@pytest.fixture(autouse=True)
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def examined(kernel: VirtualKernel) -> dict[str, Finding]:
    found = NvdlaBackend(device=kernel).self_test(lambda _: None)
    assert found is not None
    return {finding.subject: finding for finding in found}


@pytest.mark.parametrize("chip", [SMALL, LARGE], ids=lambda chip: chip.name)
def test_without_a_deviation_every_rule_is_confirmed(chip: object) -> None:
    kernel = VirtualKernel(chip)  # type: ignore[arg-type]
    assert {finding.state for finding in examined(kernel).values()} == {State.OK}
    backend = NvdlaBackend(device=kernel)
    asked = set(cases(backend.chip))
    mine = {rule.name for rule in rules(backend.chip) if rule.claim.what in asked}
    assert backend.measured.confirmed == mine
    assert kernel.npu.log == []
    assert held(kernel)[:2] == (0, 0)


def test_what_a_board_has_confirmed_is_taken_at_a_boards_trust() -> None:
    graph, kernel = plain(SMALL), VirtualKernel()
    before = NvdlaBackend(device=kernel, trust="shown").supports(graph.ops[0], graph)
    assert before.reason is not None
    examined(kernel)
    after = NvdlaBackend(device=kernel, trust="shown").supports(graph.ops[0], graph)
    assert (after.reason, after.evidence) == (None, Evidence.SHOWN)


@pytest.mark.parametrize(
    ("blocks", "wrong"),
    [
        (POOL, {facts.MAXIMUM, facts.AVERAGE}),
        (POINTS, {facts.POINTS, facts.PRELU}),
    ],
    ids=["pool", "points"],
)
def test_wrong_bytes_refute_what_rests_on_them(blocks: tuple[str, ...], wrong: set[str]) -> None:
    kernel = VirtualKernel()
    kernel.npu = Deviating(kernel, blocks)
    found = examined(kernel)
    refuted = {claim for claim, finding in found.items() if finding.state is State.ERROR}
    assert wrong <= refuted
    assert NvdlaBackend(device=kernel).measured.refuted >= {
        rule.name for rule in rules(SMALL) if rule.claim.what in wrong
    }


def test_a_wrong_convolution_ends_the_test_and_nothing_is_recorded() -> None:
    kernel = VirtualKernel()
    kernel.npu = Deviating(kernel, CONVOLUTION)
    (finding,) = examined(kernel).values()
    assert finding.state is State.ERROR
    assert "nothing recorded" in finding.remedy
    assert not NvdlaBackend(device=kernel).measured.refuted


def test_a_task_that_hangs_refutes_its_claim_and_the_rest_stays_unknown() -> None:
    """A hung NPU answers nothing more until somebody resets it."""
    kernel = VirtualKernel()
    tasks = 1 + sum(
        len(NvdlaBackend(device="simulator").compiled(graph).jobs)
        for graph in cases(SMALL)[facts.CONVOLUTION].values()
    )
    kernel.faults.order(Fault(Point.TASK, Effect.HANG, tasks))
    found = examined(kernel)
    assert found[facts.CONVOLUTION].state is State.OK
    assert found[facts.DILATION].state is State.ERROR
    assert {found[claim].state for claim in (facts.POINTS, facts.MAXIMUM)} == {State.UNKNOWN}


@pytest.mark.parametrize("chip", CHIPS.values(), ids=lambda chip: chip.name)
def test_every_claim_of_the_rules_is_asked_about(chip: object) -> None:
    backend = NvdlaBackend(chip.name, device="simulator", trust="paper")  # type: ignore[attr-defined]
    asked = cases(backend.chip)
    absent = set() if backend.chip.tables else {facts.TABLES}
    assert set(asked) == {rule.claim.what for rule in rules(backend.chip)} - absent
    for claim, graphs in asked.items():
        for graph in graphs.values():
            for op in graph.ops:
                assert backend.supports(op, graph).reason is None
            mine = [r for r in rules(backend.chip) if r.claim.what == claim]
            assert any(isinstance(op, r.kinds) and r.applies(op) for op in graph.ops for r in mine)
