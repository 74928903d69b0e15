# SPDX-License-Identifier: MIT
"""The fields that differ from task to task, and how far each may go by itself.

Source: rocket hardware reference 5.7, 5.8, 5.10, 5.12, 6.7. Others have the limits of their bits.
"""

from __future__ import annotations

from dataclasses import dataclass

from npucore.hw.registers import Bits
from npucore_rocket.registers import cna as c
from npucore_rocket.registers import cna_decompressor as z
from npucore_rocket.registers import core as o
from npucore_rocket.registers import dpu as d
from npucore_rocket.registers import dpu_rdma as r
from npucore_rocket.registers import dpu_stages as s

MOST_INT32 = (1 << 31) - 1
NORMAL = 1 << 14  # the least scale of 15 significant bits
MOST_DILATION = 17  # facts of 2026-11, A10 (a sibling; 18 and more fail)
APART = "taps further apart fail"
MOST_SHIFT = 47  # of a product of 32 bits with a sign and 16 without


@dataclass(frozen=True, slots=True)
class Limit:
    """A field that may be *low* to *high*, both included, and why not more."""

    bits: Bits
    low: int
    high: int
    why: str


def free(bits: Bits) -> Limit:
    """A field that has only the limits of its bits, or those that others give it."""
    return Limit(bits, bits.low, bits.high, "its bits hold no more")


ALWAYS = (
    Limit(c.CNA_CONV_CON2.feature_grains, 2, 1023, "fewer lines never ran"),
    Limit(c.CNA_CONV_CON3.conv_y_stride, 1, 7, "0 is undefined"),
    Limit(c.CNA_CONV_CON3.conv_x_stride, 1, 7, "0 is undefined"),
    Limit(c.CNA_CONV_CON3.atrous_y_dilation, 0, MOST_DILATION - 1, APART),
    Limit(c.CNA_CONV_CON3.atrous_x_dilation, 0, MOST_DILATION - 1, APART),
    Limit(c.CNA_DATA_SIZE0.datain_width, 1, 2047, "a map is not empty"),
    Limit(c.CNA_DATA_SIZE0.datain_height, 1, 2047, "a map is not empty"),
    free(c.CNA_DATA_SIZE1.datain_channel_real),
    Limit(c.CNA_DATA_SIZE2.dataout_width, 1, 2047, "a map is not empty"),
    free(c.CNA_DATA_SIZE3.dataout_atomics),
    free(c.CNA_WEIGHT_SIZE0.weight_bytes),
    free(c.CNA_WEIGHT_SIZE1.weight_bytes_per_kernel),
    Limit(c.CNA_WEIGHT_SIZE2.weight_width, 1, 31, "a kernel is not empty"),
    Limit(c.CNA_WEIGHT_SIZE2.weight_height, 1, 31, "a kernel is not empty"),
    Limit(c.CNA_WEIGHT_SIZE2.weight_kernels, 1, 16383, "a task has kernels"),
    free(c.CNA_CBUF_CON0.weight_reuse),
    free(c.CNA_CBUF_CON0.weight_bank),
    free(c.CNA_CBUF_CON0.data_bank),
    free(c.CNA_CBUF_CON1.data_entries),
    free(c.CNA_PAD_CON0.pad_left),
    free(c.CNA_PAD_CON0.pad_top),
    free(c.CNA_FEATURE_DATA_ADDR.feature_base_addr),
    free(c.CNA_DMA_CON1.line_stride),
    free(c.CNA_DMA_CON2.surf_stride),
    free(c.CNA_FC_DATA_SIZE0.dma_width),
    free(c.CNA_FC_DATA_SIZE0.dma_height),
    free(c.CNA_FC_DATA_SIZE1.dma_channel),
    free(z.CNA_DCOMP_ADDR0.decompress_addr0),
    free(c.CNA_PAD_CON1.pad_value),
    free(o.CORE_DATAOUT_SIZE_0.dataout_height),
    free(o.CORE_DATAOUT_SIZE_0.dataout_width),
    free(o.CORE_DATAOUT_SIZE_1.dataout_channel),
    Limit(o.CORE_CLIP_TRUNCATE.clip_truncate, 0, 1, "no int8 stream shifted further"),
    free(d.DPU_DST_BASE_ADDR.dst_base_addr),
    free(d.DPU_DST_SURF_STRIDE.dst_surf_stride),
    free(d.DPU_DATA_CUBE_WIDTH.width),
    free(d.DPU_DATA_CUBE_HEIGHT.height),
    free(d.DPU_DATA_CUBE_CHANNEL.orig_channel),
    free(d.DPU_DATA_CUBE_CHANNEL.channel),
    Limit(s.DPU_BS_OW_OP.ow_op, -127, 128, "it is minus an int8 zero point"),
    free(d.DPU_WDMA_SIZE_0.channel_wdma),
    free(d.DPU_WDMA_SIZE_1.height_wdma),
    free(d.DPU_WDMA_SIZE_1.width_wdma),
    Limit(s.DPU_OUT_CVT_OFFSET.out_cvt_offset, -128, 127, "it is an int8 zero point"),
    Limit(s.DPU_OUT_CVT_SCALE.out_cvt_scale, NORMAL, 2 * NORMAL - 1, "it has 15 significant bits"),
    Limit(s.DPU_OUT_CVT_SHIFT.out_cvt_shift, 1, MOST_SHIFT, "beyond, every output is 0"),
    free(s.DPU_BN_CFG.bn_bypass),
    free(s.DPU_BN_CFG.bn_relu_bypass),
    free(s.DPU_BN_CFG.bn_relux_en),
    Limit(s.DPU_BN_RELUX_CMP_VALUE.bn_relux_cmp_dat, 0, MOST_INT32, "it is a positive int32"),
    free(s.DPU_BS_OW_CFG.size_e_2),
    free(s.DPU_BS_OW_CFG.size_e_1),
    free(s.DPU_BS_OW_CFG.size_e_0),
    free(d.DPU_SURFACE_ADD.surf_add),
)


def channels(step: int) -> Limit:
    """Of the input, in whole steps."""
    bits = c.CNA_DATA_SIZE1.datain_channel
    return Limit(bits, step, bits.high // step * step, "channels come in atoms")


TRANSPOSED = (
    free(c.CNA_CONV_CON3.deconv_y_stride),
    free(c.CNA_CONV_CON3.deconv_x_stride),
)

COEFFICIENTS = (
    free(s.DPU_BS_CFG.bs_relu_bypass),
    free(r.DPU_RDMA_RDMA_DATA_CUBE_WIDTH.width),
    free(r.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT.height),
    free(r.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL.channel),
    free(r.DPU_RDMA_RDMA_BS_BASE_ADDR.bs_base_addr),
)

MULTIPLIERS = (
    Limit(s.DPU_BS_MUL_CFG.bs_mul_shift_value, 0, 20, "no product was shifted further"),
    free(d.DPU_DATA_FORMAT.bs_mul_shift_value_neg),
)

ADDEND = (
    free(s.DPU_EW_CFG.ew_relu_bypass),
    Limit(s.DPU_EW_CVT_OFFSET_VALUE.ew_op_cvt_offset, -127, 128, "it is minus an int8 zero point"),
    Limit(
        s.DPU_EW_CVT_SCALE_VALUE.ew_op_cvt_scale,
        NORMAL,
        2 * NORMAL - 1,
        "it has 15 significant bits",
    ),
    free(s.DPU_EW_CVT_SCALE_VALUE.ew_op_cvt_shift),
    free(r.DPU_RDMA_RDMA_SRC_BASE_ADDR.src_base_addr),
    free(r.DPU_RDMA_RDMA_EW_BASE_ADDR.ew_base_addr),
    free(r.DPU_RDMA_RDMA_EW_SURF_STRIDE.ew_surf_stride),
    free(r.DPU_RDMA_RDMA_SURF_NOTCH.surf_notch_addr),
    free(r.DPU_RDMA_RDMA_EW_SURF_NOTCH.ew_surf_notch),
)
