# SPDX-License-Identifier: MIT
"""PPU and PPU_RDMA: a map from memory, the largest value of each window back to memory.

Source: rocket hardware reference 7.1, 7.3; facts of 2026-11, A6 (two parties, int8).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from npucore.family.code import Address
from npucore_rocket.chip import Chip
from npucore_rocket.emit.write import Pointer, Write
from npucore_rocket.lower.pool_task import PoolTask
from npucore_rocket.registers import ppu as p
from npucore_rocket.registers import ppu_rdma as q

BURST = 3
BYTES = 1  # PPU_RDMA's code of 8 bits
MAXIMUM = 1
LEAST = 0x7FF80  # -128 in the 19 bits of a padding's value
ALTERNATE = {"pointer_pp_en": 1, "executer_pp_en": 1, "pointer_pp_mode": 1}
ORDER = (
    p.PPU_S_POINTER(**ALTERNATE),
    q.PPU_RDMA_RDMA_S_POINTER(**ALTERNATE),
    p.PPU_DATA_CUBE_IN_WIDTH,
    p.PPU_DATA_CUBE_IN_HEIGHT,
    p.PPU_DATA_CUBE_IN_CHANNEL,
    p.PPU_DATA_CUBE_OUT_WIDTH,
    p.PPU_DATA_CUBE_OUT_HEIGHT,
    p.PPU_DATA_CUBE_OUT_CHANNEL,
    p.PPU_OPERATION_MODE_CFG(flying_mode=1, pooling_method=MAXIMUM),
    p.PPU_POOLING_KERNEL_CFG,
    p.PPU_RECIP_KERNEL_WIDTH(),
    p.PPU_RECIP_KERNEL_HEIGHT(),
    p.PPU_POOLING_PADDING_CFG,
    p.PPU_PADDING_VALUE_1_CFG(pad_value_0=LEAST),
    p.PPU_PADDING_VALUE_2_CFG(),
    p.PPU_DST_BASE_ADDR,
    p.PPU_DST_SURF_STRIDE,
    p.PPU_DATA_FORMAT,
    p.PPU_MISC_CTRL(burst_len=BURST),
    q.PPU_RDMA_RDMA_CUBE_IN_WIDTH,
    q.PPU_RDMA_RDMA_CUBE_IN_HEIGHT,
    q.PPU_RDMA_RDMA_CUBE_IN_CHANNEL,
    q.PPU_RDMA_RDMA_SRC_BASE_ADDR,
    q.PPU_RDMA_RDMA_SRC_LINE_STRIDE,
    q.PPU_RDMA_RDMA_SRC_SURF_STRIDE,
    q.PPU_RDMA_RDMA_DATA_FORMAT(in_precision=BYTES),
)


class Ends(NamedTuple):
    """Where the maps begin."""

    source: Address
    destination: Address


def task(step: PoolTask, ends: Ends, chip: Chip) -> Iterator[Write]:
    """The whole map, all surfaces."""
    source, out, pad = step.source_shape, step.destination_shape, step.padding
    lanes = -(-source.channels // chip.atom_bytes) * chip.atom_bytes - 1
    yield p.PPU_DATA_CUBE_IN_WIDTH(cube_in_width=source.width - 1)
    yield p.PPU_DATA_CUBE_IN_HEIGHT(cube_in_height=source.height - 1)
    yield p.PPU_DATA_CUBE_IN_CHANNEL(cube_in_channel=lanes)
    yield p.PPU_DATA_CUBE_OUT_WIDTH(cube_out_width=out.width - 1)
    yield p.PPU_DATA_CUBE_OUT_HEIGHT(cube_out_height=out.height - 1)
    yield p.PPU_DATA_CUBE_OUT_CHANNEL(cube_out_channel=lanes)
    yield p.PPU_POOLING_KERNEL_CFG(
        kernel_height=step.kernel[0] - 1,
        kernel_width=step.kernel[1] - 1,
        kernel_stride_height=step.stride[0] - 1,
        kernel_stride_width=step.stride[1] - 1,
    )
    yield p.PPU_POOLING_PADDING_CFG(
        pad_top=pad.top, pad_bottom=pad.bottom, pad_left=pad.left, pad_right=pad.right
    )
    yield Pointer(p.PPU_DST_BASE_ADDR, ends.destination)
    yield p.PPU_DST_SURF_STRIDE(dst_surf_stride=out.pixels)
    yield p.PPU_DATA_FORMAT(index_add=out.pixels)
    yield q.PPU_RDMA_RDMA_CUBE_IN_WIDTH(cube_in_width=source.width - 1)
    yield q.PPU_RDMA_RDMA_CUBE_IN_HEIGHT(cube_in_height=source.height - 1)
    yield q.PPU_RDMA_RDMA_CUBE_IN_CHANNEL(cube_in_channel=lanes)
    yield Pointer(q.PPU_RDMA_RDMA_SRC_BASE_ADDR, ends.source)
    yield q.PPU_RDMA_RDMA_SRC_LINE_STRIDE(src_line_stride=source.width)
    yield q.PPU_RDMA_RDMA_SRC_SURF_STRIDE(src_surf_stride=source.pixels)
