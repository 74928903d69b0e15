# SPDX-License-Identifier: MIT
"""Tasks without a convolution, written out: a copy by the DPU alone, and one by the PPU."""

from __future__ import annotations

import numpy as np

from npucore.hw.registers import Register
from npucore_rocket import stream
from npucore_rocket.device import Device, Job
from npucore_rocket.registers import by_offset, dpu, dpu_rdma, dpu_stages
from npucore_rocket.registers.global_ import GLOBAL_OPERATION_ENABLE
from npucore_rocket.stream import Words

PIXELS, LANES = 12, 32
PAGE = 4096
BARRIER = {
    0x6004: 0xE, 0x7004: 0xE, 0x600C: 0, 0x6010: 0, 0x6014: 0x1F, 0x6018: 0, 0x601C: 0,
    0x6020: 0x1F, 0x6024: 0x11, 0x6034: 0, 0x6038: 0, 0x603C: 0, 0x6040: 0, 0x6044: 0, 0x6048: 0,
    0x607C: 0x10, 0x6084: 0x10, 0x60DC: 3, 0x700C: 0, 0x7010: 0, 0x7014: 0x1F, 0x7024: 0x10,
    0x7028: 0x10, 0x7030: 1,
}  # fmt: skip
"""The vendor's: 32 channels of one pixel. Source: rocket hardware reference 7.3."""


def pool(source: int, target: int) -> Words:
    """Copy one pixel of 32 channels by the PPU."""
    values = BARRIER | {0x6070: target, 0x701C: source}
    body = [by_offset(offset).decode(value) for offset, value in values.items()]
    return stream.task(body, GLOBAL_OPERATION_ENABLE(ppu_op_en=1, ppu_rdma_op_en=1))


def fly(source: int, target: int) -> Words:
    """Copy 12 pixels of 32 channels by the DPU. Source: rocket hardware reference 6.4 (shown)."""
    body: list[Register] = [
        dpu.DPU_S_POINTER.decode(0xE),
        dpu_rdma.DPU_RDMA_RDMA_S_POINTER.decode(0xE),
        dpu.DPU_FEATURE_MODE_CFG(burst_len=15, output_mode=2, flying_mode=1),
        dpu.DPU_DATA_FORMAT(),
        dpu.DPU_OFFSET_PEND(),
        dpu.DPU_DST_BASE_ADDR(dst_base_addr=target),
        dpu.DPU_DST_SURF_STRIDE(dst_surf_stride=PIXELS),
        dpu.DPU_DATA_CUBE_WIDTH(width=PIXELS - 1),
        dpu.DPU_DATA_CUBE_HEIGHT(),
        dpu.DPU_DATA_CUBE_NOTCH_ADDR(),
        dpu.DPU_DATA_CUBE_CHANNEL(orig_channel=LANES - 1, channel=LANES - 1),
        dpu_stages.DPU_BS_CFG(bs_bypass=1),
        dpu_stages.DPU_BS_OW_CFG(od_bypass=1),
        dpu.DPU_WDMA_SIZE_0(channel_wdma=LANES - 1),
        dpu.DPU_WDMA_SIZE_1(width_wdma=PIXELS - 1),
        dpu_stages.DPU_BN_CFG(bn_bypass=1),
        dpu_stages.DPU_EW_CFG(ew_bypass=1, ew_lut_bypass=1, ew_relu_bypass=1),
        dpu_stages.DPU_OUT_CVT_OFFSET(),
        dpu_stages.DPU_OUT_CVT_SCALE(out_cvt_scale=1),
        dpu_stages.DPU_OUT_CVT_SHIFT(),
        dpu.DPU_UNKNOWN_40C4(),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_WIDTH(width=PIXELS - 1),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT(),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL(channel=LANES - 1),
        dpu_rdma.DPU_RDMA_RDMA_SRC_BASE_ADDR(src_base_addr=source),
        dpu_rdma.DPU_RDMA_RDMA_BRDMA_CFG(),
        dpu_rdma.DPU_RDMA_RDMA_NRDMA_CFG(),
        dpu_rdma.DPU_RDMA_RDMA_EW_BASE_ADDR(),
        dpu_rdma.DPU_RDMA_RDMA_EW_SURF_STRIDE(),
        dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG(erdma_disable=1),
        dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG(burst_len=15, flying_mode=1),
        dpu_rdma.DPU_RDMA_RDMA_SRC_DMA_CFG(),
        dpu_rdma.DPU_RDMA_RDMA_SURF_NOTCH(),
        dpu_rdma.DPU_RDMA_RDMA_EW_SURF_NOTCH(),
    ]
    return stream.task(body, GLOBAL_OPERATION_ENABLE(dpu_op_en=1, dpu_rdma_op_en=1))


def copied(device: Device, ppu: bool) -> bool:
    """Whether the copy is right. The device is closed. Raises what it raises."""
    try:
        (commands, code), (source, given), (target, found) = (
            device.allocate(PAGE) for _ in range(3)
        )
        size = LANES if ppu else PIXELS * LANES
        given[:size] = np.random.default_rng(1).integers(0, 256, size, np.uint8)
        words = (pool if ppu else fly)(source, target)
        code[: words.nbytes] = words.view(np.uint8)
        job = Job(((commands, words.size),), (commands, source), (target,))
        submission = device.prepare([job])
        submission.start()
        submission.finish()
        return found[:size].tobytes() == given[:size].tobytes()
    finally:
        device.close()
