# SPDX-License-Identifier: MIT
"""Tasks without a convolution, written out: a copy by the DPU alone, and one by the PPU."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from npucore.family.code import Bytes
from npucore.family.device import Device
from npucore.hw.registers import Register
from npucore_rocket import stream
from npucore_rocket.device import Job
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
    body = _flying(source, target)
    return stream.task(body, GLOBAL_OPERATION_ENABLE(dpu_op_en=1, dpu_rdma_op_en=1))


def add(left: int, right: int, target: int) -> Words:
    """``(left + right) / 2`` of int8 maps by the DPU alone; by register text only (paper)."""
    changes: tuple[Register, ...] = (
        dpu_stages.DPU_EW_CFG(
            ew_cvt_type=1,
            ew_data_mode=1,
            edata_size=1,
            ew_alu_algo=2,
            ew_relu_bypass=1,
            ew_lut_bypass=1,
            ew_op_src=1,
        ),
        dpu_stages.DPU_EW_CVT_OFFSET_VALUE(),
        dpu_stages.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=1),
        dpu_stages.DPU_OUT_CVT_SCALE(out_cvt_scale=1 << 14),
        dpu_stages.DPU_OUT_CVT_SHIFT(out_cvt_shift=15),
        dpu_rdma.DPU_RDMA_RDMA_EW_BASE_ADDR(ew_base_addr=right),
        dpu_rdma.DPU_RDMA_RDMA_EW_SURF_STRIDE(ew_surf_stride=PIXELS),
        dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG(erdma_data_mode=1, erdma_data_size=1),
    )
    body = {type(register): register for register in (*_flying(left, target), *changes)}
    return stream.task(body.values(), GLOBAL_OPERATION_ENABLE(dpu_op_en=1, dpu_rdma_op_en=1))


def _flying(source: int, target: int) -> list[Register]:
    """All stages off, no operand."""
    return [*_stages(target), *_reader(source)]


def _stages(target: int) -> list[Register]:
    return [
        dpu.DPU_S_POINTER.decode(0xE),
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
    ]


def _reader(source: int) -> list[Register]:
    return [
        dpu_rdma.DPU_RDMA_RDMA_S_POINTER.decode(0xE),
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


def copied(device: Device[Job], ppu: bool) -> bool:
    """Whether a copy is right. The device is closed. Raises what it raises."""
    given = _noise(LANES if ppu else PIXELS * LANES, 1)
    found = _run(device, lambda ins, out: (pool if ppu else fly)(ins[0], out), [given])
    return found == given.tobytes()


def added(device: Device[Job]) -> bool:
    """Whether a sum is right, halves to even. The device is closed. Raises what it raises."""
    maps = [_noise(PIXELS * LANES, seed) for seed in (1, 2)]
    found = _run(device, lambda ins, out: add(ins[0], ins[1], out), maps)
    total = maps[0].view(np.int8).astype(np.float64) + maps[1].view(np.int8)
    return found == np.rint(total / 2).astype(np.int8).tobytes()


def _noise(size: int, seed: int) -> Bytes:
    return np.random.default_rng(seed).integers(0, 256, size, np.uint8)


def _run(
    device: Device[Job], words_for: Callable[[Sequence[int], int], Words], given: Sequence[Bytes]
) -> bytes:
    """Run one task on maps of one size; what it writes. The device is closed."""
    try:
        commands, code = device.allocate(PAGE)
        target, found = device.allocate(PAGE)
        sources = [device.allocate(PAGE) for _ in given]
        for (_, memory), data in zip(sources, given, strict=True):
            memory[: data.size] = data
        addresses = [address for address, _ in sources]
        words = words_for(addresses, target)
        code[: words.nbytes] = words.view(np.uint8)
        job = Job(((commands, words.size),), (commands, *addresses), (target,))
        submission = device.prepare([job])
        submission.start()
        submission.finish()
        return found[: given[0].size].tobytes()
    finally:
        device.close()
