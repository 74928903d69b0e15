# SPDX-License-Identifier: MIT
"""Boards that are not as the hardware reference says: what the self-test has to find."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from npucore.hw.registers import Register
from npucore_rocket import stream
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
from npucore_rocket.sim import Rounding, SimulationError
from npucore_rocket.stream import OFFSET_MASK, Words, value_and_offset
from npucore_rocket.virtual import Behaviour, Driver

RegisterT = TypeVar("RegisterT", bound=Register)
Reading = Callable[[Words], Words]


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
