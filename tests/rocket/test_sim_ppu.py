# SPDX-License-Identifier: MIT
"""Pooling from memory."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.hw.registers import Register
from npucore_rocket.registers import by_offset
from npucore_rocket.registers import ppu as r
from npucore_rocket.registers import ppu_rdma as read
from npucore_rocket.sim import SimulationError
from tests.material.rocket.sim_board import Board
from tests.material.rocket.sim_words import changed

POOLING = 0x60
IN, OUT = 0x10000, 0x40000

VENDOR_BARRIER = {
    0x6004: 0xE, 0x7004: 0xE, 0x600C: 0, 0x6010: 0, 0x6014: 0x1F, 0x6018: 0, 0x601C: 0,
    0x6020: 0x1F, 0x6024: 0x11, 0x6034: 0, 0x6038: 0, 0x603C: 0, 0x6040: 0, 0x6044: 0, 0x6048: 0,
    0x6070: OUT, 0x607C: 0x10, 0x6084: 0x10, 0x60DC: 3, 0x700C: 0, 0x7010: 0, 0x7014: 0x1F,
    0x701C: IN, 0x7024: 0x10, 0x7028: 0x10, 0x7030: 1,
}  # fmt: skip
"""Copies 32 channels of one pixel. Source: rocket.md 7.3."""


def barrier() -> list[Register]:
    return [by_offset(offset).decode(value) for offset, value in VENDOR_BARRIER.items()]


def pooling(method: int, pad_value: int = 0) -> list[Register]:
    """3 by 2 windows, stride 2 by 1, over 5 by 6 pixels padded to 7 by 7, of 16 channels."""
    return changed(
        barrier(),
        r.PPU_DATA_CUBE_IN_HEIGHT(cube_in_height=4),
        r.PPU_DATA_CUBE_IN_WIDTH(cube_in_width=5),
        r.PPU_DATA_CUBE_IN_CHANNEL(cube_in_channel=15),
        r.PPU_DATA_CUBE_OUT_HEIGHT(cube_out_height=2),
        r.PPU_DATA_CUBE_OUT_WIDTH(cube_out_width=5),
        r.PPU_DATA_CUBE_OUT_CHANNEL(cube_out_channel=15),
        r.PPU_OPERATION_MODE_CFG(flying_mode=1, pooling_method=method),
        r.PPU_POOLING_KERNEL_CFG(kernel_height=2, kernel_width=1, kernel_stride_height=1),
        r.PPU_POOLING_PADDING_CFG(pad_top=1, pad_bottom=1, pad_left=1),
        r.PPU_PADDING_VALUE_1_CFG(pad_value_0=pad_value),
        r.PPU_DST_SURF_STRIDE(dst_surf_stride=18),
        read.PPU_RDMA_RDMA_CUBE_IN_HEIGHT(cube_in_height=4),
        read.PPU_RDMA_RDMA_CUBE_IN_WIDTH(cube_in_width=5),
        read.PPU_RDMA_RDMA_CUBE_IN_CHANNEL(cube_in_channel=15),
        read.PPU_RDMA_RDMA_SRC_LINE_STRIDE(src_line_stride=6),
        read.PPU_RDMA_RDMA_SRC_SURF_STRIDE(src_surf_stride=30),
    )


def board() -> Board:
    made = Board()
    made.put(IN, np.random.default_rng(5).integers(-128, 128, 480).astype(np.int8))
    made.put(OUT)
    return made


def test_the_vendor_s_barrier_copies_its_pixel() -> None:
    made = board()
    made.start(barrier(), POOLING)
    np.testing.assert_array_equal(made.buffers[OUT][:32], made.buffers[IN][:32])


@pytest.mark.parametrize(
    ("method", "pad", "reduce"), [(1, 0x80, np.max), (2, 0x7F, np.min)], ids=["max", "min"]
)
def test_windows_are_reduced(method: int, pad: int, reduce: np.ufunc) -> None:
    made = board()
    made.start(pooling(method, pad), POOLING)
    padded = np.full((7, 7, 16), np.uint8(pad).view(np.int8), np.int8)
    padded[1:6, 1:] = made.buffers[IN][:480].view(np.int8).reshape(5, 6, 16)
    wanted = [
        [reduce(padded[2 * y : 2 * y + 3, x : x + 2], axis=(0, 1)) for x in range(6)]
        for y in range(3)
    ]
    found = made.buffers[OUT][: 18 * 16].view(np.int8).reshape(3, 6, 16)
    np.testing.assert_array_equal(found, wanted)


def test_averages_are_refused() -> None:
    with pytest.raises(SimulationError, match=r"PPU OPERATION_MODE_CFG\.pooling_method is 0"):
        board().start(pooling(0), POOLING)


def test_windows_beyond_the_map_are_refused() -> None:
    wide = r.PPU_DATA_CUBE_OUT_WIDTH(cube_out_width=6)
    with pytest.raises(SimulationError, match="DATA_CUBE_OUT_WIDTH is 6, whose windows cover 8 of"):
        board().start(changed(pooling(1), wide), POOLING)
