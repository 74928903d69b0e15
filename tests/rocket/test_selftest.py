# SPDX-License-Identifier: MIT
"""A virtual kernel that deviates is found out, and what it confirms is believed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pytest

from npucore.contract.backend import Evidence, Finding
from npucore.family.judging import Judge, Trust
from npucore.family.measured import Measured
from npucore.family.rules import judge
from npucore.family.selftest import unshown
from npucore.graph import Graph
from npucore.hw.registers import Register
from npucore.ops import Convolution
from npucore_rocket import RocketBackend, stream
from npucore_rocket.chip import RK3588
from npucore_rocket.contradictions import CONTRADICTIONS
from npucore_rocket.form import CAUTIOUS
from npucore_rocket.lower import Step
from npucore_rocket.lowering import Lowered
from npucore_rocket.registers.cna import (
    CNA_CBUF_CON0,
    CNA_CBUF_CON1,
    CNA_CONV_CON2,
    CNA_CONV_CON3,
    CNA_DATA_SIZE1,
    CNA_PAD_CON1,
    CNA_WEIGHT_SIZE2,
)
from npucore_rocket.registers.dpu_stages import (
    DPU_BS_CFG,
    DPU_BS_MUL_CFG,
    DPU_EW_CFG,
    DPU_OUT_CVT_SCALE,
    DPU_OUT_CVT_SHIFT,
)
from npucore_rocket.rules import NO_WAY, rules, rules_of_steps
from npucore_rocket.rules.steps import covering
from npucore_rocket.selftest import graphs
from npucore_rocket.selftest.questions import QUESTIONS
from npucore_rocket.sim import Rounding, SimulationError
from npucore_rocket.stream import OFFSET_MASK, Words, value_and_offset
from npucore_rocket.virtual import Behaviour, Driver, Effect, Fault, Point, VirtualKernel
from npucore_rocket.ways import ways
from tests.material.rocket.boards import held

RULES = rules(RK3588)
RegisterT = TypeVar("RegisterT", bound=Register)
Reading = Callable[[Words], Words]


@pytest.fixture(autouse=True)
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def examined(kernel: VirtualKernel) -> dict[str, Finding]:
    found = RocketBackend(device=kernel).self_test(lambda text: None)
    assert found is not None
    return {finding.subject: finding for finding in found}


def where(words: Words, register: type[Register]) -> npt.NDArray[np.bool_]:
    return np.asarray(words & np.uint64(OFFSET_MASK) == register.offset)


def values(words: Words, register: type[RegisterT]) -> list[RegisterT]:
    return [register.decode(value_and_offset(int(w))[0]) for w in words[where(words, register)]]


def replaced(words: Words, register: Register) -> Words:
    changed = words.copy()
    changed[where(words, type(register))] = stream.write(register)
    return changed


def low_byte_everywhere(words: Words) -> Words:
    for found in values(words, CNA_PAD_CON1):
        words = replaced(words, CNA_PAD_CON1.decode((found.word & 0xFF) * 0x0101))
    return words


def no_dilation(words: Words) -> Words:
    for found in values(words, CNA_CONV_CON3):
        kept = found.conv_y_stride, found.conv_x_stride
        words = replaced(words, CNA_CONV_CON3(conv_y_stride=kept[0], conv_x_stride=kept[1]))
    return words


def half_multiplier(words: Words) -> Words:
    """Where every channel has its multiplier, the output's scale is halved."""
    for found in values(words, DPU_BS_MUL_CFG):
        words = wrong_scale(words) if found.bs_mul_src else words
    return words


def no_relu(words: Words) -> Words:
    for found in values(words, DPU_BS_CFG):
        words = replaced(words, DPU_BS_CFG(**(found.field_values() | {"bs_relu_bypass": 1})))
    return words


def wrong_scale(words: Words) -> Words:
    for found in values(words, DPU_OUT_CVT_SCALE):
        changed = found.field_values() | {"out_cvt_scale": found.out_cvt_scale // 2}
        words = replaced(words, DPU_OUT_CVT_SCALE(**changed))
    return words


def breaks(register: type[RegisterT], when: Callable[[RegisterT], bool]) -> Reading:
    """A chip that computes wrong where a register holds some values."""

    def read(words: Words) -> Words:
        return wrong_scale(words) if any(map(when, values(words, register))) else words

    return read


def hangs(register: type[RegisterT], when: Callable[[RegisterT], bool]) -> Reading:
    """A chip that does not end tasks where a register holds some values."""

    def read(words: Words) -> Words:
        if any(map(when, values(words, register))):
            raise SimulationError("it hangs")
        return words

    return read


def no_rounding_bit(words: Words) -> Words:
    for found in values(words, DPU_OUT_CVT_SHIFT):
        words = replaced(words, DPU_OUT_CVT_SHIFT(out_cvt_shift=found.out_cvt_shift))
    return words


DEVIATIONS = {
    "channels": (
        Behaviour(
            reads=(breaks(CNA_DATA_SIZE1, lambda r: r.datain_channel > r.datain_channel_real + 16),)
        ),
        "channels modulo 64",
        "must not be counted modulo 64",
    ),
    "bank": (
        Behaviour(reads=(breaks(CNA_CBUF_CON0, lambda r: r.weight_bank == 1),)),
        "spare bank of weights",
        "weights need a spare bank",
    ),
    "grains": (
        Behaviour(reads=(breaks(CNA_CONV_CON2, lambda r: r.feature_grains < 20),)),
        "feature grains",
        "too few grains",
    ),
    "addition": (
        Behaviour(reads=(breaks(DPU_EW_CFG, lambda r: r.ew_alu_algo == 2),)),
        "an addition without a convolution",
        "adds int8 wrongly",
    ),
    "half up": (Behaviour(rounding=Rounding.HALF_UP), "rounding of halves", "halves go half up"),
    "half away": (
        Behaviour(rounding=Rounding.HALF_AWAY),
        "rounding of halves",
        "halves go half away from 0",
    ),
    "first task": (
        Behaviour(first_task_only=True),
        "several tasks in a job",
        "only the first task of a job runs",
    ),
    "pad": (
        Behaviour(reads=(low_byte_everywhere,)),
        "padding bytes, depthwise",
        "the low byte everywhere",
    ),
    "zero": (Behaviour(hangs_at_zero=True), "words at address 0", "words at address 0 hang"),
    "ppu": (Behaviour(ppu_interrupt=True), "end of the PPU", "the driver hears the PPU"),
    "mask": (Behaviour(driver=Driver.MASKED_TASKS), "end of the PPU", "the driver hears the PPU"),
    "flag": (Behaviour(driver=Driver.BATCHING), "end of the PPU", "the driver hears the PPU"),
    "rounding bit": (Behaviour(reads=(no_rounding_bit,)), "rounding bit", "bit 30 does nothing"),
    "part of a group": (
        Behaviour(reads=(hangs(CNA_WEIGHT_SIZE2, lambda r: r.weight_kernels % 32 not in (0, 1)),)),
        "part of a group",
        "a task of 16 kernels does not end",
    ),
    "part of a depthwise group": (
        Behaviour(reads=(breaks(CNA_DATA_SIZE1, lambda r: r.datain_channel == 80),)),
        "part of a group",
        "a task of 80 depthwise channels computes otherwise",
    ),
    "full bank": (
        Behaviour(reads=(breaks(CNA_CBUF_CON0, lambda r: r.data_bank == 7),)),
        "full bank",
        "maps one pixel wide need a spare bank",
    ),
    "entries": (
        Behaviour(reads=(breaks(CNA_CBUF_CON1, lambda r: r.data_entries == 9),)),
        "entries of three atoms",
        "three atoms of a line take the entries of four",
    ),
    "dilation": (Behaviour(reads=(no_dilation,)), "dilation", "dilation is ignored"),
    "multiplier": (
        Behaviour(reads=(half_multiplier,)),
        "rule: scale per channel",
        "bytes differ from the simulator's: refuted",
    ),
    "relu": (Behaviour(reads=(no_relu,)), "rule: clamp below", "bytes differ"),
    "scale": (Behaviour(reads=(wrong_scale,)), "a plain convolution", "something else than exact"),
}


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
    assert len(found) == len({*unshown(RULES), *graphs.RULES}) + len(QUESTIONS) + 1


def test_every_contradiction_has_a_question() -> None:
    asked = {question.subject for question in QUESTIONS}
    assert {point.question for point in CONTRADICTIONS} <= asked


def steps_of(graph: Graph, name: str) -> list[Step]:
    """What the ops of a case become."""
    form = graphs.FORMS.get(name, CAUTIOUS)
    judge = Judge[Lowered](ways(RK3588, form), Trust(Evidence.PAPER, Measured()), False)
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
