# SPDX-License-Identifier: MIT
"""DPU and DPU_RDMA alone: a run of atoms from memory, through the stages, back to memory.

Source: rocket hardware reference 6.3, 6.4, 6.8; facts of 2026-11, 0.10 (int8 in every precision
field), A7 (look-up table), A8 (ORIG_CHANNEL as CHANNEL, COMB_USE with bit 0 clear).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from npucore.family.code import Address
from npucore.hw.registers import Register
from npucore_rocket.chip import Chip
from npucore_rocket.emit import dpu
from npucore_rocket.emit.dpu import ADD, BN_OFF, BURST, FP16, NO_ADDITION, PER_PIXEL, TO_MEMORY
from npucore_rocket.emit.write import Pointer, Write
from npucore_rocket.lower.half_lookup import ADDED, UNIT_BITS, UNITS
from npucore_rocket.lower.pointwise import Function, Part, Pointwise, Stages
from npucore_rocket.maps import BYTE, HALF
from npucore_rocket.registers import dpu as r
from npucore_rocket.registers import dpu_rdma as m
from npucore_rocket.registers import dpu_stages as s

GAIN_BITS = 7  # log2 of the index units of a stored number, see `npucore_rocket.lower.table`
PER_CHANNEL = 0
POWER_BITS = 14  # a power of two as a normalised multiplier
MINUS_ZERO = 0x80000000  # fp32
GAIN_OF_HALVES = int(np.float16(UNITS).view(np.uint16))
FIXED = (
    m.DPU_RDMA_RDMA_BRDMA_CFG(),
    m.DPU_RDMA_RDMA_BS_BASE_ADDR(),
    m.DPU_RDMA_RDMA_NRDMA_CFG(),
    m.DPU_RDMA_RDMA_BN_BASE_ADDR(),
    m.DPU_RDMA_RDMA_SRC_DMA_CFG(),
    m.DPU_RDMA_RDMA_SURF_NOTCH(),
    m.DPU_RDMA_RDMA_PAD_CFG(),
    m.DPU_RDMA_RDMA_WEIGHT(m_weight=1, b_weight=1, n_weight=1, e_weight=1),
    m.DPU_RDMA_RDMA_EW_SURF_NOTCH(),
)
"""The DPU_RDMA registers of every such task."""
BYTES_IN = m.DPU_RDMA_RDMA_FEATURE_MODE_CFG(burst_len=BURST, flying_mode=1)
HALVES_IN = m.DPU_RDMA_RDMA_FEATURE_MODE_CFG(
    burst_len=BURST,
    flying_mode=1,
    in_precision=FP16,
    proc_precision=FP16,
    mrdma_fp16tofp32_en=1,
)
VARYING = (
    m.DPU_RDMA_RDMA_DATA_CUBE_WIDTH,
    m.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT,
    m.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL,
    m.DPU_RDMA_RDMA_SRC_BASE_ADDR,
    m.DPU_RDMA_RDMA_ERDMA_CFG,
    m.DPU_RDMA_RDMA_EW_BASE_ADDR,
    m.DPU_RDMA_RDMA_EW_SURF_STRIDE,
    m.DPU_RDMA_RDMA_FEATURE_MODE_CFG,
)
_OPEN = (s.DPU_BN_ALU_CFG, s.DPU_BS_ALU_CFG)


def _open(entry: Register | type[Register]) -> Register | type[Register]:
    """Registers that are constant in convolutions, and differ here."""
    return type(entry) if isinstance(entry, _OPEN) else entry


WITHOUT_TABLE = (*map(_open, dpu.ORDER), *VARYING, *FIXED)
WITH_TABLE = tuple(entry for entry in WITHOUT_TABLE if entry not in dpu.TABLE_PORT)
"""The table's port is written before, and not again."""


class Places(NamedTuple):
    """Where a task's atoms begin; *operand* is None without one."""

    source: Address
    destination: Address
    operand: Address | None


def layer(step: Pointwise, chip: Chip) -> Iterator[Write]:
    """Registers that all tasks of a step share."""
    lanes = chip.of(HALF if step.halves else BYTE).lanes - 1
    stages = step.stages
    yield r.DPU_FEATURE_MODE_CFG(burst_len=BURST, output_mode=TO_MEMORY, flying_mode=1)
    yield r.DPU_DATA_CUBE_CHANNEL(orig_channel=lanes, channel=lanes)
    yield r.DPU_WDMA_SIZE_0(channel_wdma=lanes)
    yield s.DPU_BS_OW_CFG(od_bypass=1)
    yield s.DPU_BS_OW_OP()
    yield s.DPU_BN_RELUX_CMP_VALUE()
    yield m.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL(channel=lanes)
    yield HALVES_IN if step.halves else BYTES_IN
    yield from _before(stages)
    yield from _table(step)
    yield from NO_ADDITION if step.operand is None else _operand(step)
    if step.operand is None:
        yield m.DPU_RDMA_RDMA_ERDMA_CFG(erdma_disable=1)
        yield m.DPU_RDMA_RDMA_EW_BASE_ADDR()
        yield m.DPU_RDMA_RDMA_EW_SURF_STRIDE()
    if step.table is not None:
        yield dpu.LOOKED_UP
    yield from _converter(step)


def _converter(step: Pointwise) -> Iterator[Write]:
    """Of a table of fp16, an addition and then a power of two."""
    if step.halves and step.table is not None:
        yield s.DPU_OUT_CVT_OFFSET(out_cvt_offset=ADDED)
        yield s.DPU_OUT_CVT_SCALE(out_cvt_scale=1, fp32tofp16_en=1)
        yield s.DPU_OUT_CVT_SHIFT(cvt_type=1, minus_exp=UNIT_BITS)
        return
    scale = step.stages.out_scale
    yield s.DPU_OUT_CVT_OFFSET(out_cvt_offset=step.stages.out_addend)
    yield s.DPU_OUT_CVT_SCALE(
        out_cvt_scale=1 if scale is None else scale.scale, fp32tofp16_en=int(step.halves)
    )
    yield s.DPU_OUT_CVT_SHIFT(out_cvt_shift=0 if scale is None else scale.shift)


def part(part: Part, places: Places, chip: Chip, *, for_all: bool = False) -> Iterator[Write]:
    """Registers that differ from task to task; an operand *for_all* atoms is one itself."""
    offset, pixels = part.first * chip.atom_bytes, part.lines * part.pixels
    yield r.DPU_DATA_CUBE_WIDTH(width=part.pixels - 1)
    yield r.DPU_DATA_CUBE_HEIGHT(height=part.lines - 1)
    yield r.DPU_WDMA_SIZE_1(height_wdma=part.lines - 1, width_wdma=part.pixels - 1)
    yield r.DPU_DST_SURF_STRIDE(dst_surf_stride=pixels)
    yield r.DPU_SURFACE_ADD(surf_add=pixels)
    yield Pointer(r.DPU_DST_BASE_ADDR, places.destination + offset)
    yield m.DPU_RDMA_RDMA_DATA_CUBE_WIDTH(width=part.pixels - 1)
    yield m.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT(height=part.lines - 1)
    yield Pointer(m.DPU_RDMA_RDMA_SRC_BASE_ADDR, places.source + offset)
    if places.operand is not None:
        operand = places.operand if for_all else places.operand + offset
        yield Pointer(m.DPU_RDMA_RDMA_EW_BASE_ADDR, operand)
        yield m.DPU_RDMA_RDMA_EW_SURF_STRIDE(ew_surf_stride=1 if for_all else pixels)


def _before(stages: Stages) -> Iterator[Write]:
    """The BS stage: a constant added, then a constant factor."""
    adds, multiplies = stages.addend != 0, stages.factor != 1
    yield s.DPU_BS_CFG(
        bs_bypass=int(not (adds or multiplies)),
        bs_alu_algo=ADD if adds else 0,
        bs_alu_bypass=int(not adds),
        bs_mul_bypass=int(not multiplies),
        bs_relu_bypass=1,
    )
    yield s.DPU_BS_ALU_CFG(bs_alu_operand=stages.addend & 0xFFFFFFFF)
    yield s.DPU_BS_MUL_CFG(bs_mul_operand=stages.factor if multiplies else 0)


def _table(step: Pointwise) -> Iterator[Write]:
    """The BN stage makes index units of stored numbers; its ALU adds 0, of fp16 -0.0."""
    looked_up = step.table is not None
    shift = POWER_BITS - GAIN_BITS if looked_up and not step.halves else 0
    precision = FP16 if step.halves else 0
    yield r.DPU_DATA_FORMAT(
        bn_mul_shift_value_neg=shift,
        in_precision=precision,
        proc_precision=precision,
        out_precision=precision,
    )
    yield dpu.BN_GAIN if looked_up else BN_OFF
    yield s.DPU_BN_ALU_CFG(bn_alu_operand=MINUS_ZERO if looked_up and step.halves else 0)
    operand = (GAIN_OF_HALVES if step.halves else 1 << POWER_BITS) if looked_up else 0
    yield s.DPU_BN_MUL_CFG(bn_mul_operand=operand, bn_mul_shift_value=shift)
    yield from dpu.RANGES if looked_up else dpu.NO_RANGES


def _operand(step: Pointwise) -> Iterator[Write]:
    """The second map. Its converter is off where it would change nothing.

    Of fp16 it is off for products alone: else nothing ends, or nothing is added. Source: facts of
    2026-11, A8; rocket hardware reference 6.3, 6.6.
    """
    stages, size = step.stages, HALF if step.halves else BYTE
    function = stages.function
    assert function is not None  # or there were no operand
    product, mode = function is Function.MUL, PER_CHANNEL if step.for_all else PER_PIXEL
    plain = (stages.operand_addend, stages.operand_factor) == (0, 1)
    yield s.DPU_EW_CFG(
        ew_cvt_type=int(not plain),
        ew_data_mode=mode,
        edata_size=size,
        ew_alu_algo=0 if product else function,
        ew_op_type=int(product),
        ew_relu_bypass=1,
        ew_op_cvt_bypass=int(product if step.halves else plain),
        ew_lut_bypass=1,
        ew_op_src=1,
    )
    yield s.DPU_EW_CVT_OFFSET_VALUE(ew_op_cvt_offset=stages.operand_addend)
    yield s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=stages.operand_factor)
    yield m.DPU_RDMA_RDMA_ERDMA_CFG(erdma_data_mode=mode, erdma_data_size=size)
