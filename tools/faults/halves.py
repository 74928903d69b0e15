# SPDX-License-Identifier: MIT
"""Tasks of fp16 written register by register: a convolution, a sum, and a number for all pixels."""

from __future__ import annotations

from npucore_rocket.registers import cna, core, dpu, dpu_lut, dpu_rdma
from npucore_rocket.registers import dpu_stages as s
from tools.faults.alone import COLUMNS, ROWS
from tools.faults.registers import SECOND, Registers

FP16 = 2
PRECISIONS = {"in_precision": FP16, "proc_precision": FP16}
CONVERTED = (
    dpu.DPU_DATA_FORMAT(out_precision=FP16, **PRECISIONS),
    s.DPU_OUT_CVT_SCALE(out_cvt_scale=1, fp32tofp16_en=1),
)


def pointwise() -> Registers:
    """1x1 over 5 by 6 pixels of 32 channels to 32, with a bias, kept between 0 and 6."""
    pixels = ROWS * COLUMNS
    return (
        *CONVERTED,
        cna.CNA_CONV_CON1(**PRECISIONS),
        cna.CNA_CONV_CON2(feature_grains=ROWS + 1),
        cna.CNA_DATA_SIZE1(datain_channel_real=31, datain_channel=32),
        cna.CNA_DATA_SIZE2(dataout_width=COLUMNS),
        cna.CNA_DATA_SIZE3(dataout_atomics=pixels),
        cna.CNA_WEIGHT_SIZE0(weight_bytes=32 * 64),
        cna.CNA_WEIGHT_SIZE1(weight_bytes_per_kernel=64),
        cna.CNA_WEIGHT_SIZE2(weight_width=1, weight_height=1, weight_kernels=32),
        cna.CNA_CBUF_CON1(data_entries=COLUMNS),
        cna.CNA_FC_DATA_SIZE1(dma_channel=32),
        cna.CNA_PAD_CON1(),
        core.CORE_MISC_CFG(proc_precision=FP16),
        core.CORE_DATAOUT_SIZE_0(dataout_height=ROWS - 1, dataout_width=COLUMNS - 1),
        dpu.DPU_DST_SURF_STRIDE(dst_surf_stride=pixels),
        dpu.DPU_DATA_CUBE_WIDTH(width=COLUMNS - 1),
        dpu.DPU_DATA_CUBE_HEIGHT(height=ROWS - 1),
        dpu.DPU_WDMA_SIZE_1(height_wdma=ROWS - 1, width_wdma=COLUMNS - 1),
        dpu.DPU_SURFACE_ADD(surf_add=2 * pixels),
        s.DPU_BS_OW_CFG(od_bypass=1, size_e_0=1, size_e_1=1, size_e_2=1),
        s.DPU_BN_CFG(bn_relux_en=1, bn_alu_bypass=1, bn_mul_bypass=1),
        s.DPU_BN_RELUX_CMP_VALUE.decode(0x40C00000),
        s.DPU_OUT_CVT_SHIFT(),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_WIDTH(width=COLUMNS - 1),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT(height=ROWS - 1),
        dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG(burst_len=15, mrdma_disable=1, **PRECISIONS),
    )


def transposed() -> Registers:
    """2x2 at stride 2 over as many pixels, whose outputs lie side by side: 10 by 12."""
    rows, columns = 2 * ROWS, 2 * COLUMNS
    steps = {"conv_y_stride": 1, "conv_x_stride": 1, "deconv_y_stride": 1, "deconv_x_stride": 1}
    return (
        *pointwise(),
        cna.CNA_CONV_CON1(deconv=1, **PRECISIONS),
        cna.CNA_CONV_CON2(feature_grains=ROWS + 2),
        cna.CNA_CONV_CON3(**steps),
        cna.CNA_DATA_SIZE2(dataout_width=columns),
        cna.CNA_DATA_SIZE3(dataout_atomics=rows * columns),
        cna.CNA_WEIGHT_SIZE0(weight_bytes=4 * 32 * 64),
        cna.CNA_WEIGHT_SIZE1(weight_bytes_per_kernel=4 * 64),
        cna.CNA_WEIGHT_SIZE2(weight_width=2, weight_height=2, weight_kernels=32),
        cna.CNA_PAD_CON0(pad_top=1, pad_left=1),
        core.CORE_DATAOUT_SIZE_0(dataout_height=rows - 1, dataout_width=columns - 1),
        dpu.DPU_DST_SURF_STRIDE(dst_surf_stride=rows * columns),
        dpu.DPU_DATA_CUBE_WIDTH(width=columns - 1),
        dpu.DPU_DATA_CUBE_HEIGHT(height=rows - 1),
        dpu.DPU_WDMA_SIZE_1(height_wdma=rows - 1, width_wdma=columns - 1),
        dpu.DPU_SURFACE_ADD(surf_add=2 * rows * columns),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_WIDTH(width=columns - 1),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT(height=rows - 1),
    )


def two_halves() -> Registers:
    """The sum of two maps. Source of the words: rocket hardware reference 6.3."""
    return (
        *_alone(),
        s.DPU_EW_CFG.decode(0x108202C0),
        dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG.decode(0x40000008),
        dpu_rdma.DPU_RDMA_RDMA_EW_SURF_STRIDE(ew_surf_stride=ROWS * COLUMNS),
    )


def for_all_pixels() -> Registers:
    """A map times a number of each channel."""
    return (
        *_alone(),
        s.DPU_EW_CFG.decode(0x008003C4),
        dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG.decode(0x00000008),
        dpu_rdma.DPU_RDMA_RDMA_EW_SURF_STRIDE(ew_surf_stride=1),
    )


def table_of_halves() -> Registers:
    """A logistic function. Source of the words: rocket hardware reference 6.8."""
    return (
        *_alone(),
        s.DPU_BN_CFG.decode(0x00020040),
        s.DPU_BN_ALU_CFG.decode(0x80000000),
        s.DPU_BN_MUL_CFG.decode(0x69120000),
        s.DPU_EW_CFG.decode(0x302),
        s.DPU_OUT_CVT_OFFSET(out_cvt_offset=1),
        s.DPU_OUT_CVT_SHIFT.decode(0x8000F000),
        dpu_lut.DPU_LUT_CFG.decode(0x68),
        dpu_lut.DPU_LUT_INFO.decode(0x50500),
        dpu_lut.DPU_LUT_LE_START(lut_le_start=-16384),
        dpu_lut.DPU_LUT_LO_END(lut_lo_end=16384),
        dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG(erdma_disable=1),
        dpu_rdma.DPU_RDMA_RDMA_EW_BASE_ADDR(),
    )


def _alone() -> Registers:
    return (
        *CONVERTED,
        dpu.DPU_DATA_CUBE_CHANNEL(orig_channel=7, channel=7),
        dpu.DPU_WDMA_SIZE_0(channel_wdma=7),
        s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=1),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL(channel=7),
        dpu_rdma.DPU_RDMA_RDMA_EW_BASE_ADDR(ew_base_addr=SECOND),
        dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG.decode(0x00017849),
    )
