# SPDX-License-Identifier: MIT
"""DPU: bias, addend, requantisation, writing. Source: rocket hardware reference 5.1, 6.5."""

from __future__ import annotations

from collections.abc import Iterator

from npucore_rocket.chip import Chip
from npucore_rocket.emit.write import Emission, Kind, Pointer, Write
from npucore_rocket.lower.table import BEHIND_BITS, FROM_ENTRIES
from npucore_rocket.plan import Task
from npucore_rocket.registers import dpu as r
from npucore_rocket.registers import dpu_lut as lut
from npucore_rocket.registers import dpu_stages as s

BURST = 15
TO_MEMORY = 2
DEPTHWISE_MODE = 3
ADD = 2
PER_PIXEL = 1
ONE_BYTE = 1
OPERANDS = tuple(getattr(s, f"DPU_EW_OP_VALUE_{n}")() for n in range(8))
BN_OFF = s.DPU_BN_CFG(bn_bypass=1, bn_alu_bypass=1, bn_mul_bypass=1, bn_relu_bypass=1)
BN_CLAMPS = s.DPU_BN_CFG(bn_relux_en=1, bn_alu_bypass=1, bn_mul_bypass=1)
BN_FLOOR = s.DPU_BN_CFG(bn_alu_bypass=1, bn_mul_bypass=1)
"""Of fp16, as the vendor has it. Source: facts of 2026-11, A5 (30 captures, and a board's test)."""
FP16 = 2
END = 1 << 14  # of a table's range, in index units
STEP_BITS = 5  # log2 of the index units from an entry to the next
RANGES = (
    lut.DPU_LUT_CFG(lut_hybrid_priority=1, lut_oflow_priority=1, lut_lo_le_mux=2),
    lut.DPU_LUT_INFO(lut_lo_index_select=STEP_BITS, lut_le_index_select=STEP_BITS),
    lut.DPU_LUT_LE_START(lut_le_start=-END),
    lut.DPU_LUT_LO_END(lut_lo_end=END),
)
"""LE from -END to 0, LO from 0 to END. Source: facts of 2026-11, A7."""
NO_RANGES = tuple(type(each)() for each in RANGES)
BN_GAIN = s.DPU_BN_CFG(bn_alu_algo=ADD, bn_relu_bypass=1)
LOOKED_UP = s.DPU_EW_CFG(ew_op_bypass=1, ew_op_cvt_bypass=1, ew_relu_bypass=1)
TABLE_PORT = (lut.DPU_LUT_ACCESS_CFG(), lut.DPU_LUT_ACCESS_DATA())
LUT = (
    *TABLE_PORT,
    lut.DPU_LUT_CFG,
    lut.DPU_LUT_INFO,
    lut.DPU_LUT_LE_START,
    lut.DPU_LUT_LE_END(),
    lut.DPU_LUT_LO_START(),
    lut.DPU_LUT_LO_END,
    lut.DPU_LUT_LE_SLOPE_SCALE(),
    lut.DPU_LUT_LE_SLOPE_SHIFT(),
    lut.DPU_LUT_LO_SLOPE_SCALE(),
    lut.DPU_LUT_LO_SLOPE_SHIFT(),
)
NO_ADDITION = (
    s.DPU_EW_CFG(
        ew_bypass=1, ew_op_bypass=1, ew_lut_bypass=1, ew_op_cvt_bypass=1, ew_relu_bypass=1
    ),
    s.DPU_EW_CVT_OFFSET_VALUE(),
    s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=1),
)
ORDER = (
    r.DPU_FEATURE_MODE_CFG,
    r.DPU_DATA_FORMAT,
    r.DPU_OFFSET_PEND(),
    r.DPU_DST_BASE_ADDR,
    r.DPU_DST_SURF_STRIDE,
    r.DPU_DATA_CUBE_WIDTH,
    r.DPU_DATA_CUBE_HEIGHT,
    r.DPU_DATA_CUBE_NOTCH_ADDR(),
    r.DPU_DATA_CUBE_CHANNEL,
    s.DPU_BS_CFG,
    s.DPU_BS_ALU_CFG(),
    s.DPU_BS_MUL_CFG,
    s.DPU_BS_RELUX_CMP_VALUE(),
    s.DPU_BS_OW_CFG,
    s.DPU_BS_OW_OP,
    r.DPU_WDMA_SIZE_0,
    r.DPU_WDMA_SIZE_1,
    s.DPU_BN_CFG,
    s.DPU_BN_ALU_CFG(),
    s.DPU_BN_MUL_CFG,
    s.DPU_BN_RELUX_CMP_VALUE,
    s.DPU_EW_CFG,
    s.DPU_EW_CVT_OFFSET_VALUE,
    s.DPU_EW_CVT_SCALE_VALUE,
    s.DPU_EW_RELUX_CMP_VALUE(),
    s.DPU_OUT_CVT_OFFSET,
    s.DPU_OUT_CVT_SCALE,
    s.DPU_OUT_CVT_SHIFT,
    *OPERANDS,
    r.DPU_SURFACE_ADD,
    r.DPU_UNKNOWN_40C4(),
    *LUT,
)


def kind(k: Kind, chip: Chip) -> Iterator[Write]:
    """Which stages do something, and where their operands come from.

    Sums are clamped from below by the BS stage, from both sides by the BN stage. Source: facts of
    2026-11, A5.

    With a scale for each channel BS_CFG is 0x20140. Source: facts of 2026-11, 0.3, A1 (proven on
    the RK3588). SIZE_E, surfaces that a group of kernels writes, less one: the reference, 5.3.
    """
    own, steps = int(k.per_channel), chip.surfaces(k.depthwise) - 1
    mode = DEPTHWISE_MODE if k.depthwise else 0
    yield r.DPU_FEATURE_MODE_CFG(burst_len=BURST, output_mode=TO_MEMORY, conv_mode=mode)
    yield s.DPU_BS_CFG(
        bs_alu_algo=ADD,
        bs_alu_src=1,
        bs_relu_bypass=int(k.added or k.relux or k.halves or not k.relu),
        bs_mul_bypass=1 - own,
    )
    yield BN_GAIN if k.looked_up else BN_OFF
    if k.relux:
        yield BN_CLAMPS
    elif k.halves and k.relu:
        yield BN_FLOOR
    yield from RANGES if k.looked_up else NO_RANGES
    yield s.DPU_BS_OW_CFG(
        ow_src=own, od_bypass=int(k.halves), size_e_0=steps, size_e_1=steps, size_e_2=steps
    )
    yield from _addition(k) if k.added else NO_ADDITION
    if k.looked_up:
        yield LOOKED_UP


def layer(e: Emission) -> Iterator[Write]:
    """Scales, zero points, and the strides of the whole map."""
    out, channels, numbers = e.layer.destination_shape, e.sizes.written_channels, e.requantization
    top = e.layer.relu_top
    yield from _scales(e)
    yield s.DPU_BS_MUL_CFG(bs_mul_src=int(e.layer.per_channel), bs_mul_shift_value=numbers.shift)
    yield r.DPU_DST_SURF_STRIDE(dst_surf_stride=e.layer.destination_pixels)
    yield r.DPU_DATA_CUBE_WIDTH(width=out.width - 1)
    yield r.DPU_DATA_CUBE_CHANNEL(orig_channel=e.sizes.kernels - 1, channel=channels - 1)
    yield s.DPU_BN_RELUX_CMP_VALUE(bn_relux_cmp_dat=0 if top is None else numbers.limit(top))
    yield s.DPU_BS_OW_OP(ow_op=-int(e.layer.weight_zero_points[0]))
    yield r.DPU_WDMA_SIZE_0(channel_wdma=channels - 1)
    if e.layer.addend is not None and e.addend_scale is not None:
        scale, shift = e.addend_scale.scale, e.addend_scale.shift
        yield s.DPU_EW_CVT_OFFSET_VALUE(ew_op_cvt_offset=-e.layer.addend.zero_point)
        yield s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=scale, ew_op_cvt_shift=shift)
    yield s.DPU_OUT_CVT_OFFSET(out_cvt_offset=e.layer.destination_zero_point)
    yield r.DPU_SURFACE_ADD(
        surf_add=e.chip.surfaces(e.layer.depthwise) * e.layer.destination_pixels
    )


def rows(e: Emission, task: Task) -> Iterator[Write]:
    """The lines to write."""
    width = e.layer.destination_shape.width
    offset = task.first_row * width * e.chip.atom_bytes
    yield Pointer(r.DPU_DST_BASE_ADDR, e.operands.destination + offset)
    yield r.DPU_DATA_CUBE_HEIGHT(height=task.rows - 1)
    yield r.DPU_WDMA_SIZE_1(height_wdma=task.rows - 1, width_wdma=width - 1)


def _scales(e: Emission) -> Iterator[Write]:
    """The output's; behind a table the entries', and the sums' is in front of it."""
    numbers, gain = e.requantization, s.DPU_BN_MUL_CFG()
    scale, negative = numbers.scale, 0
    if e.layer.table is not None:
        negative = scale.shift - BEHIND_BITS
        gain = s.DPU_BN_MUL_CFG(bn_mul_operand=scale.scale, bn_mul_shift_value=negative)
        scale = FROM_ENTRIES
    yield gain
    precision = FP16 if e.layer.halves else 0
    yield r.DPU_DATA_FORMAT(
        bs_mul_shift_value_neg=numbers.shift,
        bn_mul_shift_value_neg=negative,
        out_precision=precision,
        in_precision=precision,
        proc_precision=precision,
    )
    yield s.DPU_OUT_CVT_SCALE(out_cvt_scale=scale.scale, fp32tofp16_en=int(e.layer.halves))
    yield s.DPU_OUT_CVT_SHIFT(out_cvt_shift=scale.shift)


def _addition(k: Kind) -> Iterator[Write]:
    yield s.DPU_EW_CFG(
        ew_cvt_type=1,
        ew_data_mode=PER_PIXEL,
        edata_size=ONE_BYTE,
        ew_alu_algo=ADD,
        ew_relu_bypass=int(not k.relu),
        ew_lut_bypass=1,
        ew_op_src=1,
    )
