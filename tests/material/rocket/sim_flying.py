# SPDX-License-Identifier: MIT
"""Registers of a task of the DPU alone, written out."""

from __future__ import annotations

from npucore.hw.registers import Register
from npucore_rocket.registers import dpu, dpu_rdma, dpu_stages

FLYING = 0x18
LEFT, RIGHT, OUT = 0x10000, 0x20000, 0x40000
ALONE = dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG(erdma_disable=1)


def registers(height: int, width: int, channels: int, precision: int) -> list[Register]:
    """Every stage bypassed; *channels* of the whole atoms."""
    return [
        *dpu_registers(height, width, channels, precision),
        *read_registers(height, width, channels, precision),
    ]


def dpu_registers(height: int, width: int, channels: int, precision: int) -> list[Register]:
    return [
        dpu.DPU_FEATURE_MODE_CFG(burst_len=15, output_mode=2, flying_mode=1),
        dpu.DPU_DATA_FORMAT(
            out_precision=precision, in_precision=precision, proc_precision=precision
        ),
        dpu.DPU_OFFSET_PEND(),
        dpu.DPU_DST_BASE_ADDR(dst_base_addr=OUT),
        dpu.DPU_DST_SURF_STRIDE(dst_surf_stride=height * width),
        dpu.DPU_DATA_CUBE_WIDTH(width=width - 1),
        dpu.DPU_DATA_CUBE_HEIGHT(height=height - 1),
        dpu.DPU_DATA_CUBE_NOTCH_ADDR(),
        dpu.DPU_DATA_CUBE_CHANNEL(orig_channel=channels - 1, channel=channels - 1),
        dpu_stages.DPU_BS_CFG(bs_bypass=1),
        dpu_stages.DPU_BS_OW_CFG(od_bypass=1),
        dpu.DPU_WDMA_SIZE_0(channel_wdma=channels - 1),
        dpu.DPU_WDMA_SIZE_1(height_wdma=height - 1, width_wdma=width - 1),
        dpu_stages.DPU_BN_CFG(bn_bypass=1),
        dpu_stages.DPU_EW_CFG(ew_bypass=1, ew_lut_bypass=1, ew_relu_bypass=1),
        dpu_stages.DPU_OUT_CVT_OFFSET(),
        dpu_stages.DPU_OUT_CVT_SCALE(out_cvt_scale=1, fp32tofp16_en=precision == 2),
        dpu_stages.DPU_OUT_CVT_SHIFT(),
        dpu.DPU_UNKNOWN_40C4(),
    ]


def read_registers(height: int, width: int, channels: int, precision: int) -> list[Register]:
    return [
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_WIDTH(width=width - 1),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT(height=height - 1),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL(channel=channels - 1),
        dpu_rdma.DPU_RDMA_RDMA_SRC_BASE_ADDR(src_base_addr=LEFT),
        dpu_rdma.DPU_RDMA_RDMA_BRDMA_CFG(),
        dpu_rdma.DPU_RDMA_RDMA_NRDMA_CFG(),
        dpu_rdma.DPU_RDMA_RDMA_EW_BASE_ADDR(ew_base_addr=RIGHT),
        dpu_rdma.DPU_RDMA_RDMA_EW_SURF_STRIDE(ew_surf_stride=height * width),
        dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG(
            erdma_data_mode=1, erdma_data_size=2 if precision == 2 else 1
        ),
        dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG(
            burst_len=15, in_precision=precision, proc_precision=precision, flying_mode=1,
            mrdma_fp16tofp32_en=precision == 2,
        ),
        dpu_rdma.DPU_RDMA_RDMA_SRC_DMA_CFG(),
        dpu_rdma.DPU_RDMA_RDMA_SURF_NOTCH(),
        dpu_rdma.DPU_RDMA_RDMA_EW_SURF_NOTCH(),
    ]  # fmt: skip
