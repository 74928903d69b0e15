# SPDX-License-Identifier: MIT
"""Convolution tasks written register by register: transposed, dilated, with a table behind."""

from __future__ import annotations

from npucore_rocket import stream
from npucore_rocket.registers import cna, core, dpu, dpu_rdma
from npucore_rocket.registers import cna_converter as cvt
from npucore_rocket.registers import cna_decompressor as dcomp
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.stream import Words
from tools.faults.alone import COLUMNS, ROWS, copy, looked_up
from tools.faults.registers import (
    BIAS,
    CONVOLVE,
    FIRST,
    OUT,
    WEIGHTS,
    Registers,
    alternating,
    whole,
)


def transposed() -> Registers:
    """3x3 at stride 2 without padding: 11 by 13 outputs of 5 by 6 pixels."""
    steps = {"conv_y_stride": 1, "conv_x_stride": 1, "deconv_y_stride": 1, "deconv_x_stride": 1}
    return (
        *_geometry(3, (11, 13)),
        cna.CNA_CONV_CON1(deconv=1),
        cna.CNA_CONV_CON3(**steps),
        cna.CNA_PAD_CON0(pad_top=2, pad_left=2),
    )


def dilated() -> Registers:
    """3x3 with taps two apart, padded by 2 on all sides."""
    steps = {"conv_y_stride": 1, "conv_x_stride": 1, "atrous_y_dilation": 1, "atrous_x_dilation": 1}
    return (
        *_geometry(3, (ROWS, COLUMNS)),
        cna.CNA_CONV_CON3(**steps),
        cna.CNA_PAD_CON0(pad_top=2, pad_left=2),
    )


def fused() -> Registers:
    """1x1, and a table instead of a plain output."""
    return (
        *_geometry(1, (ROWS, COLUMNS)),
        *looked_up(),
        s.DPU_BS_CFG(bs_alu_algo=2, bs_alu_src=1, bs_mul_bypass=1, bs_relu_bypass=1),
        s.DPU_BS_ALU_CFG(),
        s.DPU_BN_MUL_CFG(bn_mul_operand=23000, bn_mul_shift_value=16),
        dpu.DPU_DATA_FORMAT(bn_mul_shift_value_neg=16),
    )


def _geometry(kernel: int, out: tuple[int, int]) -> Registers:
    """Of a direct convolution of 5 by 6 pixels of 16 channels to 32."""
    (oh, ow), one = out, kernel * kernel * 16
    return (
        cna.CNA_DATA_SIZE2(dataout_width=ow),
        cna.CNA_DATA_SIZE3(dataout_atomics=oh * ow),
        cna.CNA_WEIGHT_SIZE0(weight_bytes=32 * one),
        cna.CNA_WEIGHT_SIZE1(weight_bytes_per_kernel=one),
        cna.CNA_WEIGHT_SIZE2(weight_width=kernel, weight_height=kernel, weight_kernels=32),
        core.CORE_DATAOUT_SIZE_0(dataout_height=oh - 1, dataout_width=ow - 1),
        dpu.DPU_DST_SURF_STRIDE(dst_surf_stride=oh * ow),
        dpu.DPU_DATA_CUBE_WIDTH(width=ow - 1),
        dpu.DPU_DATA_CUBE_HEIGHT(height=oh - 1),
        dpu.DPU_WDMA_SIZE_1(height_wdma=oh - 1, width_wdma=ow - 1),
        dpu.DPU_SURFACE_ADD(surf_add=2 * oh * ow),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_WIDTH(width=ow - 1),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT(height=oh - 1),
    )


def convolved(given: Registers) -> Words:
    """A convolution task of what `_geometry` and others say."""
    units = ("CNA", "CORE", "DPU", "DPU_RDMA")
    return stream.task(whole(units, [*_convolution(), *given]), CONVOLVE)


def _convolution() -> Registers:
    return *_input(), *_output(), *_readers()


def _input() -> Registers:
    return (
        *alternating(dpu.DPU_S_POINTER, dpu_rdma.DPU_RDMA_RDMA_S_POINTER),
        cna.CNA_CONV_CON2(feature_grains=52),
        cna.CNA_CONV_CON3(conv_y_stride=1, conv_x_stride=1),
        cna.CNA_DATA_SIZE0(datain_width=COLUMNS, datain_height=ROWS),
        cna.CNA_DATA_SIZE1(datain_channel_real=15, datain_channel=16),
        cna.CNA_CBUF_CON0(weight_bank=11, data_bank=1),
        cna.CNA_CBUF_CON1(data_entries=2),
        cvt.CNA_CVT_CON0(data_sign=1, cvt_type=1, cvt_bypass=1),
        *(kind(**{f"cvt_scale{n}": 1}) for n, kind in enumerate(SCALES)),
        cna.CNA_FEATURE_DATA_ADDR(feature_base_addr=FIRST),
        cna.CNA_DMA_CON0(weight_burst_len=15, data_burst_len=15),
        cna.CNA_DMA_CON1(line_stride=4 * COLUMNS),
        cna.CNA_DMA_CON2(surf_stride=COLUMNS * (ROWS - 4)),
        cna.CNA_FC_DATA_SIZE0(dma_width=COLUMNS, dma_height=ROWS),
        cna.CNA_FC_DATA_SIZE1(dma_channel=16),
        dcomp.CNA_DCOMP_ADDR0(decompress_addr0=WEIGHTS),
        cna.CNA_PAD_CON1(pad_value=-3),
    )


def _output() -> Registers:
    return (
        core.CORE_MISC_CFG(qd_en=1),
        core.CORE_DATAOUT_SIZE_1(dataout_channel=31),
        dpu.DPU_FEATURE_MODE_CFG(burst_len=15, output_mode=2),
        dpu.DPU_DST_BASE_ADDR(dst_base_addr=OUT),
        dpu.DPU_DATA_CUBE_CHANNEL(orig_channel=31, channel=31),
        dpu.DPU_WDMA_SIZE_0(channel_wdma=31),
        s.DPU_BS_CFG(bs_alu_algo=2, bs_alu_src=1, bs_mul_bypass=1, bs_relu_bypass=1),
        s.DPU_BS_OW_CFG(size_e_0=1, size_e_1=1, size_e_2=1),
        s.DPU_BN_CFG(bn_bypass=1, bn_alu_bypass=1, bn_mul_bypass=1, bn_relu_bypass=1),
        *copy(),
        s.DPU_OUT_CVT_SCALE(out_cvt_scale=20000),
        s.DPU_OUT_CVT_SHIFT(out_cvt_shift=24),
    )


def _readers() -> Registers:
    return (
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL(channel=31),
        dpu_rdma.DPU_RDMA_RDMA_BRDMA_CFG(brdma_data_use=1),
        dpu_rdma.DPU_RDMA_RDMA_BS_BASE_ADDR(bs_base_addr=BIAS),
        dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG(erdma_disable=1),
        dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG(burst_len=15, mrdma_disable=1),
        dpu_rdma.DPU_RDMA_RDMA_WEIGHT.decode(0x01010101),
    )


SCALES = (cvt.CNA_CVT_CON1, cvt.CNA_CVT_CON2, cvt.CNA_CVT_CON3, cvt.CNA_CVT_CON4)
