# SPDX-License-Identifier: MIT
"""The CNA's feature DMA: surfaces by the strides in the registers, or packed pixels."""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Memory, Port
from npucore_rocket.registers import cna as r
from npucore_rocket.registers import cna_converter as cvt
from npucore_rocket.sim.block import atom
from npucore_rocket.sim.cna import Convolution
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, Rule
from npucore_rocket.sim.rounding import Rounding, shift_right

Atoms = npt.NDArray[np.void]
"""(surfaces, height, width) of an atom's bytes each."""
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
    if address % conv.lanes:
        raise SimulationError(f"{PORT} is {address:#x}, wanted a multiple of {conv.lanes}")
    line, surface = strides(conv, file)
    shape, kind = (conv.surfaces, *conv.size), atom(conv.lanes)
    return cast(Atoms, memory.cube(PORT, address, shape, (surface, line, conv.lanes), kind))


def strides(conv: Convolution, file: RegisterFile) -> tuple[int, int]:
    """Bytes from line to line and from surface to surface: the unified law of the stride registers.

    LINE_STRIDE counts groups of G lines, SURF_STRIDE is added after a group of G lines has been
    fetched; G is 1 if GROUP_LINE_OFF, else as many as the chip has. Source: rocket.md 4.2 (683
    vendor tasks, all of Mesa's streams; with GROUP_LINE_OFF the matmul settings of three parties).
    """
    alone = file[r.CNA_CONV_CON1].group_line_off
    group = 1 if alone else max(1, file.chip.fetched_lines)
    skipped = 1 if alone else file.chip.skipped_lines
    line = file[r.CNA_DMA_CON1].line_stride
    surface = skipped * conv.size[1] + file[r.CNA_DMA_CON2].surf_stride
    return line * conv.lanes // group, surface * conv.lanes


def padding(conv: Convolution, file: RegisterFile) -> Atoms:
    """(surfaces,): the atoms outside the map.

    Direct convolutions take the low byte everywhere (proven: mobiledet6 passes on hardware). Of
    depthwise ones the odd channels among the first 32 of every 64 take byte 1, all others the low
    byte, if the chip has it so. Source: facts of 2026-11, 0.5 (proven: 4,096 of 4,096 captured
    bytes).
    """
    value, group = file[r.CNA_PAD_CON1].word, file.chip.depthwise_group
    lanes = np.full((conv.surfaces, conv.lanes), value & 0xFF, np.uint8)
    if conv.depthwise and file.chip.second_pad_byte:
        channels = np.arange(lanes.size).reshape(lanes.shape)
        lanes[(channels % group < group // 2) & (channels % 2 == 1)] = value >> 8 & 0xFF
    padded: Atoms = lanes.view(atom(conv.lanes))[:, 0]
    return padded


def spread(conv: Convolution, atoms: Atoms, padding: Atoms) -> Atoms:
    """*atoms* with pixels apart, as a transposed convolution's kernel sees them.

    Between them is the padding's value, as outside. Not settled for the RK3588: there it ran in
    fp16, whose padding is 0. On a sibling int8 results agree byte for byte (dnhkng/open-rknpu,
    about 90 models, padding of the input's zero point): an integer 0 there would show, unless the
    padding is 0, where both are the same. Source: facts of 2026-11, A10.
    """
    if conv.spread == (1, 1):
        return atoms
    apart = np.empty((conv.surfaces, *conv.seen_size), atoms.dtype)
    apart[...] = padding.reshape(-1, 1, 1)
    apart[:, :: conv.spread[0], :: conv.spread[1]] = atoms
    return apart


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
    if conv.channels != conv.lanes:
        raise SimulationError(
            f"CNA DATA_SIZE1.datain_channel is {conv.channels}, wanted {conv.lanes}"
        )
    pitch = width if components == 1 else file[r.CNA_DMA_CON1].line_stride
    shape = (height, width, components)
    raw = memory.cube(PORT, address, shape, (pitch * components, components, 1), np.uint8)
    lanes = np.zeros((1, height, width, conv.lanes), np.int8)
    for component in range(components):
        table = _conversion(file, component, rounding)
        lanes[0, :, :, component] = table[raw[:, :, component]]
    pixels: Atoms = lanes.view(atom(conv.lanes))[..., 0]
    return pixels


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
