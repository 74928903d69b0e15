# SPDX-License-Identifier: MIT
"""The CNA's feature DMA: surfaces by the strides in the registers, or packed pixels."""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Memory, Port
from npucore_rocket.registers import cna as r
from npucore_rocket.registers import cna_converter as cvt
from npucore_rocket.sim.block import ATOM, LANES
from npucore_rocket.sim.cna import Convolution
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, Rule
from npucore_rocket.sim.rounding import Rounding, shift_right

Atoms = npt.NDArray[np.void]
"""(surfaces, height, width) of 16 bytes each."""
Int8s = npt.NDArray[np.int8]

PORT = Port("CNA", "FEATURE_DATA_ADDR")
CONVERTER_RULES = (Rule(cvt.CNA_CVT_CON0, ("round_type",), "TRM only; streams leave it 0"),)
ARGB_BASE = 7  # argb_in is this plus the number of components


def fetch(conv: Convolution, file: RegisterFile, memory: Memory, rounding: Rounding) -> Atoms:
    """The task's input rows."""
    address = file[r.CNA_FEATURE_DATA_ADDR].feature_base_addr
    mode = file[r.CNA_CONV_CON1]
    if mode.argb_in:
        return _pixels(conv, file, memory, mode.argb_in - ARGB_BASE, address, rounding)
    if mode.nonalign_dma:
        raise SimulationError("CNA CONV_CON1.nonalign_dma is 1, but argb_in is 0: never seen")
    if not file[cvt.CNA_CVT_CON0].cvt_bypass:
        raise SimulationError("CNA CVT_CON0.cvt_bypass is 0, wanted 1 where argb_in is 0")
    if address % 16:
        raise SimulationError(f"{PORT} is {address:#x}, wanted a multiple of 16")
    line, surface = strides(conv, file)
    shape = (conv.surfaces, *conv.size)
    return cast(Atoms, memory.cube(PORT, address, shape, (surface, line, 16), ATOM))


def strides(conv: Convolution, file: RegisterFile) -> tuple[int, int]:
    """Bytes from line to line and from surface to surface: the unified law of the stride registers.

    LINE_STRIDE counts groups of G lines, SURF_STRIDE is added after a group of G lines has been
    fetched; G is 1 if GROUP_LINE_OFF, else 4. Source: rocket.md 4.2 (683 vendor tasks, all of
    Mesa's streams; with GROUP_LINE_OFF the matmul settings of three parties).
    """
    group = 1 if file[r.CNA_CONV_CON1].group_line_off else 4
    line = file[r.CNA_DMA_CON1].line_stride
    surface = group * conv.size[1] + file[r.CNA_DMA_CON2].surf_stride
    return line * 16 // group, surface * 16


def padding(conv: Convolution, file: RegisterFile) -> Atoms:
    """(surfaces,): the atoms outside the map.

    Direct convolutions take the low byte everywhere (proven: mobiledet6 passes on hardware). Of
    depthwise ones the odd channels among the first 32 of every 64 take byte 1, all others the low
    byte. Source: facts of 2026-11, 0.5 (proven: 4,096 of 4,096 captured bytes).
    """
    value = file[r.CNA_PAD_CON1].word
    lanes = np.full((conv.surfaces, LANES), value & 0xFF, np.uint8)
    if conv.depthwise:
        channels = np.arange(lanes.size).reshape(lanes.shape)
        lanes[(channels % 64 < 32) & (channels % 2 == 1)] = value >> 8 & 0xFF
    return cast(Atoms, lanes.view(ATOM)[:, 0])


def _pixels(
    conv: Convolution,
    file: RegisterFile,
    memory: Memory,
    components: int,
    address: int,
    rounding: Rounding,
) -> Atoms:
    """Rows of packed pixels of 1 to 4 components, converted; the other lanes are 0.

    One component: rows follow each other at DATAIN_WIDTH bytes, whatever LINE_STRIDE says (proven).
    More: rows lie LINE_STRIDE pixels apart (paper: the vendor's fp16 streams).
    """
    height, width = conv.size
    mode = file[r.CNA_CONV_CON1]
    if not 1 <= components <= 4 or not (mode.nonalign_dma and mode.group_line_off):
        raise SimulationError(
            f"CNA CONV_CON1.argb_in is {mode.argb_in}, wanted 8 to 11 "
            "with nonalign_dma and group_line_off"
        )
    if conv.channels != LANES:
        raise SimulationError(f"CNA DATA_SIZE1.datain_channel is {conv.channels}, wanted 16")
    pitch = width if components == 1 else file[r.CNA_DMA_CON1].line_stride
    shape = (height, width, components)
    raw = memory.cube(PORT, address, shape, (pitch * components, components, 1), np.uint8)
    lanes = np.zeros((1, height, width, LANES), np.int8)
    for component in range(components):
        table = _conversion(file, component, rounding)
        lanes[0, :, :, component] = table[raw[:, :, component]]
    return cast(Atoms, lanes.view(ATOM)[..., 0])


def _conversion(file: RegisterFile, component: int, rounding: Rounding) -> Int8s:
    """(256,): what the input converter makes of each byte.

    Proven for a factor of 1, where the order of cvt_type does not show; else paper.
    """
    file.check(CONVERTER_RULES)
    control = file[cvt.CNA_CVT_CON0]
    if control.cvt_bypass or not file[cvt.CNA_CVT_CON5].per_channel_cvt_en >> component & 1:
        raise SimulationError(
            f"CNA CVT_CON0.cvt_bypass is {control.cvt_bypass} and CVT_CON5 is "
            f"{file[cvt.CNA_CVT_CON5].word:#x}, but packed pixels are simulated converted only"
        )
    constants = (cvt.CNA_CVT_CON1, cvt.CNA_CVT_CON2, cvt.CNA_CVT_CON3, cvt.CNA_CVT_CON4)[component]
    values = file[constants].field_values()
    offset, scale = values[f"cvt_offset{component}"], values[f"cvt_scale{component}"]
    shift = control.field_values()[f"cvt_truncate_{component}"]
    stored = np.arange(256, dtype=np.uint8)
    wide = (stored.view(np.int8) if control.data_sign else stored).astype(np.float64)
    wide += offset * control.cvt_type
    wide *= scale
    shift_right(wide, shift, rounding)
    wide += offset * (1 - control.cvt_type)
    lanes: Int8s = np.clip(wide, -128, 127).astype(np.int8)
    return lanes
