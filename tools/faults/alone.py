# SPDX-License-Identifier: MIT
"""Tasks of the DPU alone written register by register, and its tables."""

from __future__ import annotations

import numpy as np

from npucore_rocket import stream
from npucore_rocket.registers import block, dpu, dpu_lut, dpu_rdma
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.stream import Words
from tools.faults.registers import DPU_ALONE, FIRST, OUT, SECOND, Registers, alternating, whole

PORT = (dpu_lut.DPU_LUT_ACCESS_CFG, dpu_lut.DPU_LUT_ACCESS_DATA)
ROWS, COLUMNS = 5, 6  # of the maps


def alone(given: Registers, rows: int = ROWS, columns: int = COLUMNS) -> Words:
    """A task of the DPU without a convolution."""
    size = {"height": rows - 1}
    body = [
        *alternating(dpu.DPU_S_POINTER, dpu_rdma.DPU_RDMA_RDMA_S_POINTER),
        dpu.DPU_FEATURE_MODE_CFG(burst_len=15, output_mode=2, flying_mode=1),
        dpu.DPU_DST_BASE_ADDR(dst_base_addr=OUT),
        dpu.DPU_DST_SURF_STRIDE(dst_surf_stride=rows * columns),
        dpu.DPU_DATA_CUBE_WIDTH(width=columns - 1),
        dpu.DPU_DATA_CUBE_HEIGHT(**size),
        dpu.DPU_DATA_CUBE_CHANNEL(orig_channel=15, channel=15),
        dpu.DPU_WDMA_SIZE_0(channel_wdma=15),
        dpu.DPU_WDMA_SIZE_1(height_wdma=rows - 1, width_wdma=columns - 1),
        dpu.DPU_SURFACE_ADD(surf_add=rows * columns),
        s.DPU_BS_CFG(bs_bypass=1, bs_alu_bypass=1, bs_mul_bypass=1, bs_relu_bypass=1),
        s.DPU_BS_OW_CFG(od_bypass=1),
        s.DPU_BN_CFG(bn_bypass=1, bn_alu_bypass=1, bn_mul_bypass=1, bn_relu_bypass=1),
        s.DPU_OUT_CVT_SCALE(out_cvt_scale=1),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_WIDTH(width=columns - 1),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT(**size),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL(channel=15),
        dpu_rdma.DPU_RDMA_RDMA_SRC_BASE_ADDR(src_base_addr=FIRST),
        dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG(erdma_disable=1),
        dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG(burst_len=15, flying_mode=1),
        dpu_rdma.DPU_RDMA_RDMA_WEIGHT.decode(0x01010101),
        *given,
    ]
    return stream.task(whole(("DPU", "DPU_RDMA"), body), DPU_ALONE)


def copy() -> Registers:
    """Values are copied."""
    return s.DPU_EW_CFG.decode(0x383), s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=1)


def two_maps() -> Registers:
    """A sum of two maps of other scales and zero points, as the vendor has it."""
    return (
        s.DPU_BS_CFG(bs_alu_algo=2, bs_relu_bypass=1),
        s.DPU_BS_ALU_CFG(bs_alu_operand=-7 & 0xFFFFFFFF),
        s.DPU_BS_MUL_CFG(bs_mul_operand=0x4000),
        s.DPU_EW_CFG(
            ew_cvt_type=1, ew_data_mode=1, edata_size=1, ew_alu_algo=2, ew_relu_bypass=1,
            ew_lut_bypass=1, ew_op_src=1,
        ),
        s.DPU_EW_CVT_OFFSET_VALUE(ew_op_cvt_offset=5),
        s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=20000),
        s.DPU_OUT_CVT_SCALE(out_cvt_scale=17000),
        s.DPU_OUT_CVT_SHIFT(out_cvt_shift=29),
        s.DPU_OUT_CVT_OFFSET(out_cvt_offset=-3),
        dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG(erdma_data_mode=1, erdma_data_size=1),
        dpu_rdma.DPU_RDMA_RDMA_EW_BASE_ADDR(ew_base_addr=SECOND),
        dpu_rdma.DPU_RDMA_RDMA_EW_SURF_STRIDE(ew_surf_stride=ROWS * COLUMNS),
    )  # fmt: skip


def number() -> Registers:
    """The larger one of each byte and -9."""
    minus = [kind.decode(-9 & 0xFFFFFFFF) for kind in NUMBERS]
    config = s.DPU_EW_CFG(edata_size=1, ew_lut_bypass=1, ew_op_cvt_bypass=1, ew_relu_bypass=1)
    return config, s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=1), *minus


NUMBERS = tuple(kind for kind in block("DPU").registers if "EW_OP_VALUE" in kind.__name__)


def looked_up() -> Registers:
    """BN brings bytes, less a zero point, to the table's units."""
    return (
        dpu.DPU_DATA_FORMAT(bn_mul_shift_value_neg=7),
        s.DPU_BS_CFG(bs_alu_algo=2, bs_mul_bypass=1, bs_relu_bypass=1),
        s.DPU_BS_ALU_CFG(bs_alu_operand=4),
        s.DPU_BN_CFG(bn_alu_bypass=1, bn_relu_bypass=1),
        s.DPU_BN_MUL_CFG(bn_mul_operand=16500, bn_mul_shift_value=7),
        s.DPU_EW_CFG.decode(0x302),
        s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=1),
        s.DPU_OUT_CVT_SCALE(out_cvt_scale=16400),
        s.DPU_OUT_CVT_SHIFT(out_cvt_shift=22),
        dpu_lut.DPU_LUT_CFG.decode(0x68),
        dpu_lut.DPU_LUT_INFO.decode(0x50500),
        dpu_lut.DPU_LUT_LE_START(lut_le_start=-16384),
        dpu_lut.DPU_LUT_LO_END(lut_lo_end=16384),
    )


def tables() -> Words:
    """Both tables' words: from -20000 to 20961, twice as steep behind 0, and nowhere 0."""
    low = [-20000 + 39 * n for n in range(513)]
    high = [low[-1] + 40 * n + n // 3 for n in range(513)]
    data = stream.clear(dpu_lut.DPU_LUT_ACCESS_DATA)
    words = [
        word
        for number, entries in enumerate((low, high))
        for word in (
            stream.write(dpu_lut.DPU_LUT_ACCESS_CFG(lut_access_type=1, lut_table_id=number)),
            *(data | (entry & 0xFFFFFFFF) << stream.OFFSET_BITS for entry in entries),
        )
    ]
    return np.array(words, np.uint64)


def with_tables(words: Words) -> Words:
    """The tables right behind DPU_S_POINTER, instead of what else is written to their port."""
    plain = without_port(words)
    pointer = plain & np.uint64(stream.OFFSET_MASK) == dpu.DPU_S_POINTER.offset
    return np.insert(plain, int(pointer.argmax()) + 1, tables())


def without_port(words: Words) -> Words:
    """A task's words but for those to the tables' port."""
    offsets = words & np.uint64(stream.OFFSET_MASK)
    kept: Words = words[~np.isin(offsets, [kind.offset for kind in PORT])]
    return kept
