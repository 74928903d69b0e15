# SPDX-License-Identifier: MIT
"""Open questions about the hardware and its driver, each answered by a small case.

Source: rocket hardware reference, section 10 and the list of first experiments behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from npucore.contract.backend import Finding, State
from npucore.errors import NpucoreError
from npucore.family.device import JobError, StoppedJobError
from npucore.graph import Graph
from npucore.hw.registers import Register
from npucore_rocket.form import CAUTIOUS, Form, Tasks
from npucore_rocket.registers.cna import (
    CNA_CBUF_CON0,
    CNA_CBUF_CON1,
    CNA_CONV_CON2,
    CNA_CONV_CON3,
    CNA_DATA_SIZE1,
    CNA_PAD_CON0,
    CNA_PAD_CON1,
)
from npucore_rocket.registers.dpu_stages import DPU_OUT_CVT_SHIFT
from npucore_rocket.selftest import graphs, raw, trial
from npucore_rocket.selftest.lab import Lab
from npucore_rocket.selftest.trial import Change, adding, setting
from npucore_rocket.sim import Rounding

Answer = tuple[str, bool]
"""What the device does, and whether that is assumed."""

ONE, OTHER = 0x05, 0x6D  # padding bytes that differ
BOTH = OTHER << 8 | ONE


@dataclass(frozen=True, slots=True)
class Question:
    """*answer* says what the device does and whether the simulator has it so."""

    subject: str
    answer: Callable[[Lab], Answer]

    def ask(self, lab: Lab, say: Callable[[str], None]) -> Finding:
        """The answer, also of a device that hangs; *say* is told about progress."""
        say(f"question: {self.subject}")
        try:
            said, as_assumed = self.answer(lab)
        except NpucoreError as error:
            return Finding(self.subject, State.ERROR, str(error))
        except StoppedJobError as stop:
            return Finding(self.subject, State.ERROR, str(stop))
        if as_assumed:
            return Finding(self.subject, State.OK, f"{said}, as assumed")
        return Finding(
            self.subject, State.WARNING, f"{said}: not as assumed", "please send this in"
        )


def _which(
    lab: Lab, graph: Graph, change: Change, answers: dict[str, bytes], form: Form = CAUTIOUS
) -> Answer:
    """The answer whose bytes the device gives; the first one is what is assumed."""
    found = trial.outputs(lab.compile(graph, form), graph, lab.open(), change)
    for number, (said, wanted) in enumerate(answers.items()):
        if found == wanted:
            return said, number == 0
    return "something else than " + " or ".join(answers), False


def _plain(lab: Lab) -> Answer:
    graph = graphs.padded(depthwise=False, kernel=1)
    wanted = trial.simulated(lab.compile(graph), graph)
    return _which(lab, graph, trial.same, {"exact": wanted})


def _ties(lab: Lab) -> Answer:
    graph = graphs.ties()
    compiled = lab.compile(graph)
    order = (Rounding.HALF_EVEN, Rounding.HALF_UP, Rounding.HALF_AWAY)
    answers = {r.value: trial.simulated(compiled, graph, rounding=r) for r in order}
    said, assumed = _which(lab, graph, trial.same, answers)
    return f"halves go {said}" if assumed or "else" not in said else said, assumed


def _rounding_bit(lab: Lab) -> Answer:
    """Two parties of three saw that bit 30 changes where halves go."""
    graph = graphs.ties()
    compiled = lab.compile(graph)
    change = adding(DPU_OUT_CVT_SHIFT(cvt_round=1))
    away = trial.simulated(compiled, graph, change)
    answers = {"bit 30 sends halves away from 0": away}
    answers |= {"bit 30 does nothing": trial.simulated(compiled, graph)}
    return _which(lab, graph, change, answers)


def _part_groups(lab: Lab) -> Answer:
    """Whether tasks end whose kernels, or depthwise channels, end inside a group."""
    form = Form(whole_groups=False)
    for kernels, depthwise in ((16, False), (48, False), (80, True)):
        graph = graphs.part_of_a_group(kernels, depthwise)
        compiled = lab.compile(graph, form)
        what = f"{kernels} {'depthwise channels' if depthwise else 'kernels'}"
        try:
            found = trial.outputs(compiled, graph, lab.open())
        except JobError:
            return f"a task of {what} does not end", False
        if found != trial.simulated(compiled, graph):
            return f"a task of {what} computes otherwise", False
    return "parts of groups of kernels run, too", True


def _full_bank(lab: Lab) -> Answer:
    """Maps one pixel wide whose last bank is nearly full, without a bank to spare."""
    form, graph = Form(spare_bank=False), graphs.narrow()
    wanted = trial.simulated(lab.compile(graph, form), graph)
    found = trial.outputs(lab.compile(graph, form), graph, lab.open())
    same = found == wanted
    return f"maps one pixel wide need {'no' if same else 'a'} spare bank", same


def _padding(depthwise: bool) -> Callable[[Lab], Answer]:
    def answer(lab: Lab) -> Answer:
        graph = graphs.padded(depthwise)
        compiled = lab.compile(graph)

        def padded(value: int) -> bytes:
            return trial.simulated(compiled, graph, _pads(value))

        low, high = padded(ONE * 0x0101), padded(OTHER * 0x0101)
        both = "the high byte in odd channels below 32 of 64"
        answers = {both: padded(BOTH)} if depthwise else {}
        answers |= {"the low byte everywhere": low, "the high byte everywhere": high}
        return _which(lab, graph, _pads(BOTH), answers)

    return answer


def _pads(value: int) -> Change:
    return setting(CNA_PAD_CON1(pad_value=value))


def _tasks(lab: Lab) -> Answer:
    graph = graphs.several_tasks()
    compiled = lab.compile(graph)
    wanted = trial.simulated(compiled, graph, tasks=Tasks.JOINED)
    found = trial.outputs(compiled, graph, lab.open(), tasks=Tasks.JOINED)
    if found == wanted:
        return "all tasks of a job run", True
    row = len(wanted) // graph.outputs[0].shape[1]
    if found[:row] == wanted[:row] and found[-row:] != wanted[-row:]:
        return "only the first task of a job runs", False
    return "the tasks of a job run otherwise", False


def _zero(lab: Lab) -> Answer:
    graph = graphs.padded(depthwise=False, kernel=1)
    compiled = lab.compile(graph)
    wanted = trial.simulated(compiled, graph)
    try:
        found = trial.outputs(compiled, graph, lab.open_at_zero())
    except NpucoreError:
        return "words at address 0 hang", False
    return "words at address 0 run" if found == wanted else "words at 0 run wrong", found == wanted


def _dilation(lab: Lab) -> Answer:
    graph = graphs.padded(depthwise=False)
    registers: tuple[Register, ...] = (
        CNA_CONV_CON3(conv_y_stride=1, conv_x_stride=1, atrous_y_dilation=1, atrous_x_dilation=1),
        CNA_PAD_CON0(pad_left=2, pad_top=2),
    )
    change = setting(*registers)
    wanted = trial.simulated(lab.compile(graph), graph, change)
    ignored = trial.simulated(lab.compile(graph), graph, setting(registers[1]))
    return _which(lab, graph, change, {"dilation 2 works": wanted, "dilation is ignored": ignored})


def _ppu(lab: Lab) -> Answer:
    """Tasks or jobs name the PPU, where the driver takes that; mainline's reads over it."""
    try:
        right = raw.copied(lab.open(), ppu=True)
    except StoppedJobError:
        return "the driver does not hear the PPU", True
    return f"the driver hears the PPU{'' if right else ', whose result is wrong'}", False


def _flying(lab: Lab) -> Answer:
    right = raw.copied(lab.open(), ppu=False)
    return ("the DPU alone copies int8" if right else "the DPU alone copies int8 wrongly"), right


def _adding(lab: Lab) -> Answer:
    right = raw.added(lab.open())
    return ("the DPU alone adds int8" if right else "the DPU alone adds int8 wrongly"), right


def _as_ever(
    yes: str, no: str, *registers: Register, graph: Callable[[], Graph] = graphs.wide
) -> Callable[[Lab], Answer]:
    """Whether other values in registers that nobody understands change nothing."""
    make = graph

    def answer(lab: Lab) -> Answer:
        graph = make()
        compiled = lab.compile(graph)
        found = trial.outputs(compiled, graph, lab.open(), setting(*registers))
        same = found == trial.simulated(compiled, graph)
        return (yes if same else no), same

    return answer


_fewer_channels = _as_ever(
    "DATAIN_CHANNEL_REAL may be counted modulo 64",
    "DATAIN_CHANNEL_REAL must not be counted modulo 64",
    CNA_DATA_SIZE1(datain_channel=96, datain_channel_real=95 & 63),
)
_no_spare_bank = _as_ever(
    "weights need no spare bank",
    "weights need a spare bank",
    CNA_CBUF_CON0(data_bank=11, weight_bank=1),
)
_few_entries = _as_ever(
    "three atoms of a line take three quarters of the entries of four",
    "three atoms of a line take the entries of four",
    CNA_CBUF_CON1(data_entries=-(-graphs.SIZE * 3 // 4)),
    graph=graphs.three_atoms,
)
_vendors_grains = _as_ever(
    "rows and kernel are grains enough",
    "rows and kernel are too few grains",
    CNA_CONV_CON2(feature_grains=graphs.SIZE + 1),
)


QUESTIONS = (
    Question("a plain convolution", _plain),
    Question("several tasks in a job", _tasks),
    Question("rounding of halves", _ties),
    Question("rounding bit", _rounding_bit),
    Question("part of a group", _part_groups),
    Question("full bank", _full_bank),
    Question("entries of three atoms", _few_entries),
    Question("padding bytes, direct", _padding(depthwise=False)),
    Question("padding bytes, depthwise", _padding(depthwise=True)),
    Question("words at address 0", _zero),
    Question("end of the PPU", _ppu),
    Question("the DPU without a convolution", _flying),
    Question("an addition without a convolution", _adding),
    Question("dilation", _dilation),
    Question("channels modulo 64", _fewer_channels),
    Question("spare bank of weights", _no_spare_bank),
    Question("feature grains", _vendors_grains),
)
