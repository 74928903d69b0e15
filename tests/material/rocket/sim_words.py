# SPDX-License-Identifier: MIT
"""Tasks for the simulator, written out register by register, and bytes packed by plain loops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.hw.registers import Register
from npucore_rocket.registers import block_at, cna, core, dpu, dpu_rdma, dpu_stages, pc
from npucore_rocket.registers import cna_converter as cvt
from npucore_rocket.registers import cna_decompressor as dcomp

Int8s = npt.NDArray[np.int8]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

START = 0x0081 << 48 | 0x0008
BARRIER = 0x0041 << 48
CONVOLUTION = 0x1D


@dataclass(frozen=True)
class Layer:
    """An int8 convolution; pairs are (y, x); addresses are the task's."""

    size: tuple[int, int]
    channels: int
    kernels: int
    kernel: tuple[int, int] = (1, 1)
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)
    out_size: tuple[int, int] = (0, 0)
    depthwise: bool = False
    feature: int = 0x10000
    weights: int = 0x20000
    bias: int = 0x30000
    output: int = 0x40000
    pad_value: int = 0
    ow: int = 0
    scale: int = 1 << 14
    shift: int = 14
    offset: int = 0
    map_rows: int = 0
    out_map_rows: int = 0
    data_bank: int = 6
    reuse: int = 0

    @property
    def padded_channels(self) -> int:
        return -(-self.channels // 16) * 16

    @property
    def written(self) -> int:
        group = 64 if self.depthwise else 32
        return -(-self.kernels // group) * group


def convolution(layer: Layer) -> list[Register]:
    """Every register of a convolution task, as rocket.md section 5.1 has them."""
    return [*_cna(layer), *_core(layer), *_dpu(layer), *_stages(layer), *_rdma(layer)]


def _cna(x: Layer) -> list[Register]:
    (h, w), (oh, ow), (kh, kw) = x.size, x.out_size, x.kernel
    channels = x.padded_channels
    kernels = 1 if x.depthwise else x.kernels
    one = kh * kw * channels
    rows = x.map_rows or h
    return [
        cna.CNA_CBUF_CON0(
            data_bank=x.data_bank, weight_bank=12 - x.data_bank, weight_reuse=x.reuse
        ),
        dcomp.CNA_DCOMP_REGNUM(),
        dcomp.CNA_DCOMP_CTRL(),
        cna.CNA_CONV_CON1(conv_mode=3 if x.depthwise else 0),
        cna.CNA_CONV_CON2(feature_grains=52),
        cna.CNA_CONV_CON3(conv_y_stride=x.stride[0], conv_x_stride=x.stride[1]),
        cna.CNA_DATA_SIZE0(datain_height=h, datain_width=w),
        cna.CNA_DATA_SIZE1(datain_channel=channels, datain_channel_real=x.channels - 1),
        cna.CNA_DATA_SIZE2(dataout_width=ow),
        cna.CNA_DATA_SIZE3(dataout_atomics=oh * ow),
        cna.CNA_WEIGHT_SIZE0(weight_bytes=one * kernels),
        cna.CNA_WEIGHT_SIZE1(weight_bytes_per_kernel=one),
        cna.CNA_WEIGHT_SIZE2(weight_height=kh, weight_width=kw, weight_kernels=kernels),
        cna.CNA_CBUF_CON1(data_entries=-(-w * channels // 64)),
        cvt.CNA_CVT_CON0(data_sign=1, cvt_type=1, cvt_bypass=1),
        cna.CNA_FC_CON0(),
        cna.CNA_PAD_CON0(pad_top=x.padding[0], pad_left=x.padding[1]),
        cna.CNA_FEATURE_DATA_ADDR(feature_base_addr=x.feature),
        cna.CNA_DMA_CON1(line_stride=4 * w),
        cna.CNA_DMA_CON2(surf_stride=w * (rows - 4)),
        cna.CNA_FC_DATA_SIZE0(dma_height=h, dma_width=w),
        cna.CNA_FC_DATA_SIZE1(dma_channel=channels),
        dcomp.CNA_DCOMP_ADDR0(decompress_addr0=x.weights),
        cvt.CNA_CVT_CON5(),
        cna.CNA_PAD_CON1(pad_value=x.pad_value),
    ]


def _core(x: Layer) -> list[Register]:
    oh, ow = x.out_size
    return [
        core.CORE_MISC_CFG(qd_en=1, dw_en=x.depthwise),
        core.CORE_DATAOUT_SIZE_0(dataout_height=oh - 1, dataout_width=ow - 1),
        core.CORE_DATAOUT_SIZE_1(dataout_channel=x.written - 1),
        core.CORE_CLIP_TRUNCATE(),
        core.CORE_UNKNOWN_3030(),
    ]


def _dpu(x: Layer) -> list[Register]:
    oh, ow = x.out_size
    surface = ow * (x.out_map_rows or oh)
    return [
        dpu.DPU_FEATURE_MODE_CFG(output_mode=2, burst_len=15, conv_mode=3 if x.depthwise else 0),
        dpu.DPU_DATA_FORMAT(),
        dpu.DPU_OFFSET_PEND(),
        dpu.DPU_DST_BASE_ADDR(dst_base_addr=x.output),
        dpu.DPU_DST_SURF_STRIDE(dst_surf_stride=surface),
        dpu.DPU_DATA_CUBE_WIDTH(width=ow - 1),
        dpu.DPU_DATA_CUBE_HEIGHT(height=oh - 1),
        dpu.DPU_DATA_CUBE_NOTCH_ADDR(),
        dpu.DPU_DATA_CUBE_CHANNEL(orig_channel=x.kernels - 1, channel=x.written - 1),
        dpu.DPU_WDMA_SIZE_0(channel_wdma=x.written - 1),
        dpu.DPU_WDMA_SIZE_1(height_wdma=oh - 1, width_wdma=ow - 1),
        dpu.DPU_SURFACE_ADD(surf_add=(4 if x.depthwise else 2) * surface),
        dpu.DPU_UNKNOWN_40C4(),
    ]


def _stages(x: Layer) -> list[Register]:
    size = 3 if x.depthwise else 1
    return [
        dpu_stages.DPU_BS_CFG(bs_alu_algo=2, bs_alu_src=1, bs_relu_bypass=1, bs_mul_bypass=1),
        dpu_stages.DPU_BS_ALU_CFG(),
        dpu_stages.DPU_BS_MUL_CFG(),
        dpu_stages.DPU_BS_RELUX_CMP_VALUE(),
        dpu_stages.DPU_BS_OW_CFG(size_e_0=size, size_e_1=size, size_e_2=size),
        dpu_stages.DPU_BS_OW_OP(ow_op=x.ow),
        dpu_stages.DPU_BN_CFG(bn_bypass=1, bn_alu_bypass=1, bn_mul_bypass=1, bn_relu_bypass=1),
        dpu_stages.DPU_EW_CFG(
            ew_bypass=1, ew_op_bypass=1, ew_lut_bypass=1, ew_op_cvt_bypass=1, ew_relu_bypass=1
        ),
        dpu_stages.DPU_OUT_CVT_OFFSET(out_cvt_offset=x.offset),
        dpu_stages.DPU_OUT_CVT_SCALE(out_cvt_scale=x.scale),
        dpu_stages.DPU_OUT_CVT_SHIFT(out_cvt_shift=x.shift),
    ]


def _rdma(x: Layer) -> list[Register]:
    return [
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_WIDTH(width=x.out_size[1] - 1),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT(height=x.out_size[0] - 1),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL(channel=x.written - 1),
        dpu_rdma.DPU_RDMA_RDMA_BRDMA_CFG(brdma_data_use=1),
        dpu_rdma.DPU_RDMA_RDMA_BS_BASE_ADDR(bs_base_addr=x.bias),
        dpu_rdma.DPU_RDMA_RDMA_NRDMA_CFG(),
        dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG(erdma_disable=1),
        dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG(
            burst_len=15, mrdma_disable=1, conv_mode=3 if x.depthwise else 0
        ),
        dpu_rdma.DPU_RDMA_RDMA_SRC_DMA_CFG(),
    ]


def changed(registers: list[Register], *others: Register) -> list[Register]:
    """*registers* with some of them replaced; those that are new come last."""
    new = {type(other): other for other in others}
    kept = [new.pop(type(register), register) for register in registers]
    return kept + list(new.values())


def word(register: Register) -> int:
    target = block_at(register.offset).target
    assert target is not None
    return target << 48 | register.word << 16 | register.offset


def task(registers: list[Register], mask: int = CONVOLUTION) -> Words:
    """The words of a task: body, next address and amount, barrier, start."""
    tail = [word(pc.PC_BASE_ADDRESS()), word(pc.PC_REGISTER_AMOUNTS()), BARRIER, START | mask << 16]
    return np.array([*map(word, registers), *tail], np.uint64)


def pack_feature(x: Int8s) -> Int8s:
    """(H, W, C) -> [C / 16][H][W][16], flat; missing channels are 0."""
    height, width, channels = x.shape
    packed = np.zeros((-(-channels // 16), height, width, 16), np.int8)
    for channel in range(channels):
        packed[channel // 16, :, :, channel % 16] = x[:, :, channel]
    return packed.reshape(-1)


def pack_weights(w: Int8s) -> Int8s:
    """(O, kh, kw, I) -> kernels in groups of 32, channels in tiles of 32; I a multiple of 16."""
    kernels, kh, kw, channels = w.shape
    return np.array(
        [
            w[o, y, x, i]
            for o0 in range(0, kernels, 32)
            for i0 in range(0, channels, 32)
            for y in range(kh)
            for x in range(kw)
            for o in range(o0, min(o0 + 32, kernels))
            for i in range(i0, min(i0 + 32, channels))
        ],
        np.int8,
    )


def pack_depthwise(w: Int8s) -> Int8s:
    """(kh, kw, C) -> channels in tiles of 64."""
    kh, kw, channels = w.shape
    return np.array(
        [
            w[y, x, c]
            for c0 in range(0, channels, 64)
            for y in range(kh)
            for x in range(kw)
            for c in range(c0, min(c0 + 64, channels))
        ],
        np.int8,
    )


def unpack(data: npt.NDArray[np.uint8], size: tuple[int, int], channels: int) -> Int8s:
    """[C / 16][H][W][16] -> (H, W, C)."""
    height, width = size
    surfaces = -(-channels // 16)
    cube = data[: surfaces * height * width * 16].view(np.int8)
    lanes = cube.reshape(surfaces, height, width, 16).transpose(1, 2, 0, 3)
    return lanes.reshape(height, width, -1)[..., :channels]
