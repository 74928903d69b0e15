# SPDX-License-Identifier: MIT
"""Pooling tasks written register by register."""

from __future__ import annotations

from npucore_rocket import stream
from npucore_rocket.registers import ppu, ppu_rdma
from npucore_rocket.stream import Words
from tools.faults.registers import FIRST, OUT, POOL, Registers, alternating, whole


def pooled(average: bool = False) -> Words:
    """2 surfaces: 3 by 3 windows two apart over 5 by 7 pixels, or 2 by 2 side by side over 6."""
    rows, columns = (6, 6) if average else (5, 7)
    kernel, pads = (1, {}) if average else (2, {"pad_top": 1, "pad_bottom": 1})
    recip = 32768 * average
    body = [
        *_cube(rows, columns),
        ppu.PPU_OPERATION_MODE_CFG(flying_mode=1, pooling_method=not average),
        ppu.PPU_POOLING_KERNEL_CFG(
            kernel_height=kernel, kernel_width=kernel, kernel_stride_height=1, kernel_stride_width=1
        ),
        ppu.PPU_RECIP_KERNEL_WIDTH(recip_kernel_width=recip),
        ppu.PPU_RECIP_KERNEL_HEIGHT(recip_kernel_height=recip),
        ppu.PPU_POOLING_PADDING_CFG(**pads),
        ppu.PPU_PADDING_VALUE_1_CFG(pad_value_0=0 if average else 0x7FF80),
        ppu.PPU_DST_BASE_ADDR.decode(OUT),
        ppu.PPU_DST_SURF_STRIDE(dst_surf_stride=12),
        ppu.PPU_DATA_FORMAT(index_add=12),
        ppu.PPU_MISC_CTRL(burst_len=3),
        ppu_rdma.PPU_RDMA_RDMA_SRC_BASE_ADDR(src_base_addr=FIRST),
        ppu_rdma.PPU_RDMA_RDMA_SRC_LINE_STRIDE(src_line_stride=columns),
        ppu_rdma.PPU_RDMA_RDMA_SRC_SURF_STRIDE(src_surf_stride=rows * columns),
        ppu_rdma.PPU_RDMA_RDMA_DATA_FORMAT(in_precision=1),
    ]
    return stream.task(whole(("PPU", "PPU_RDMA"), body), POOL)


def _cube(rows: int, columns: int) -> Registers:
    """Of 32 channels, to 3 by 3 pixels."""
    return (
        *alternating(ppu.PPU_S_POINTER, ppu_rdma.PPU_RDMA_RDMA_S_POINTER),
        ppu.PPU_DATA_CUBE_IN_WIDTH(cube_in_width=columns - 1),
        ppu.PPU_DATA_CUBE_IN_HEIGHT(cube_in_height=rows - 1),
        ppu.PPU_DATA_CUBE_IN_CHANNEL(cube_in_channel=31),
        ppu.PPU_DATA_CUBE_OUT_WIDTH(cube_out_width=2),
        ppu.PPU_DATA_CUBE_OUT_HEIGHT(cube_out_height=2),
        ppu.PPU_DATA_CUBE_OUT_CHANNEL(cube_out_channel=31),
        ppu_rdma.PPU_RDMA_RDMA_CUBE_IN_WIDTH(cube_in_width=columns - 1),
        ppu_rdma.PPU_RDMA_RDMA_CUBE_IN_HEIGHT(cube_in_height=rows - 1),
        ppu_rdma.PPU_RDMA_RDMA_CUBE_IN_CHANNEL(cube_in_channel=31),
    )
