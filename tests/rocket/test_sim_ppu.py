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
from tests.material.rocket.sim_board import FILL, Board
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
    ("method", "pad", "reduce"), [(1, 0x7FF80, np.max), (2, 0x7F, np.min)], ids=["max", "min"]
)
def test_windows_are_reduced(method: int, pad: int, reduce: np.ufunc) -> None:
    made = board()
    made.start(pooling(method, pad), POOLING)
    padded = np.full((7, 7, 16), np.uint8(pad & 0xFF).view(np.int8), np.int8)
    padded[1:6, 1:] = made.buffers[IN][:480].view(np.int8).reshape(5, 6, 16)
    wanted = [
        [reduce(padded[2 * y : 2 * y + 3, x : x + 2], axis=(0, 1)) for x in range(6)]
        for y in range(3)
    ]
    found = made.buffers[OUT][: 18 * 16].view(np.int8).reshape(3, 6, 16)
    np.testing.assert_array_equal(found, wanted)


def rounded(total: int, area: int, exact: bool) -> int:
    """One window's average, in fractions: halves away from 0, of even areas some back."""
    down, rest = divmod(abs(total), area)
    near = down + (2 * rest >= area)
    if area % 2 == 0 and 2 * rest == area and (not exact or near % 2):
        near -= 1
    return near if total >= 0 else -near


@pytest.mark.parametrize(
    ("kernel", "recips"),
    [((2, 2), (32768, 32768)), ((3, 2), (21845, 32768)), ((3, 3), (21845, 21845))],
    ids=["2x2", "3x2", "3x3"],
)
def test_averages_count_their_padding_and_round_as_the_chip_does(
    kernel: tuple[int, int], recips: tuple[int, int]
) -> None:
    """Source of the rule: facts of 2026-11, A6. The reciprocal of 3 is inexact."""
    made = board()
    (kh, kw), pad = kernel, -9
    rows, columns = 7 - kh + 1, 7 - kw + 1
    made.start(
        changed(
            pooling(0, pad & 0x7FFFF),
            r.PPU_DATA_CUBE_OUT_HEIGHT(cube_out_height=rows - 1),
            r.PPU_DATA_CUBE_OUT_WIDTH(cube_out_width=columns - 1),
            r.PPU_POOLING_KERNEL_CFG(kernel_height=kh - 1, kernel_width=kw - 1),
            r.PPU_RECIP_KERNEL_HEIGHT(recip_kernel_height=recips[0]),
            r.PPU_RECIP_KERNEL_WIDTH(recip_kernel_width=recips[1]),
            r.PPU_DST_SURF_STRIDE(dst_surf_stride=rows * columns),
        ),
        POOLING,
    )
    padded = np.full((7, 7, 16), pad, np.int64)
    padded[1:6, 1:] = made.buffers[IN][:480].view(np.int8).reshape(5, 6, 16)
    exact = 3 not in kernel
    wanted = [
        rounded(int(padded[y : y + kh, x : x + kw, c].sum()), kh * kw, exact)
        for y in range(rows)
        for x in range(columns)
        for c in range(16)
    ]
    found = made.buffers[OUT][: len(wanted)].view(np.int8)
    np.testing.assert_array_equal(found, wanted)


def test_two_by_two_rounds_half_to_even() -> None:
    """Both reciprocals are exact, so that the rule is the common one: rint of a quarter."""
    made = Board()
    data = np.random.default_rng(6).integers(-128, 128, (32, 32, 16)).astype(np.int8)
    made.put(IN, data)
    made.put(OUT)
    side = dict.fromkeys(("kernel_height", "kernel_width"), 1)
    made.start(
        changed(
            pooling(0),
            r.PPU_DATA_CUBE_IN_HEIGHT(cube_in_height=31),
            r.PPU_DATA_CUBE_IN_WIDTH(cube_in_width=31),
            r.PPU_DATA_CUBE_OUT_HEIGHT(cube_out_height=15),
            r.PPU_DATA_CUBE_OUT_WIDTH(cube_out_width=15),
            r.PPU_POOLING_KERNEL_CFG(**side, kernel_stride_height=1, kernel_stride_width=1),
            r.PPU_RECIP_KERNEL_HEIGHT(recip_kernel_height=32768),
            r.PPU_RECIP_KERNEL_WIDTH(recip_kernel_width=32768),
            r.PPU_POOLING_PADDING_CFG(),
            r.PPU_DST_SURF_STRIDE(dst_surf_stride=256),
            read.PPU_RDMA_RDMA_CUBE_IN_HEIGHT(cube_in_height=31),
            read.PPU_RDMA_RDMA_CUBE_IN_WIDTH(cube_in_width=31),
            read.PPU_RDMA_RDMA_SRC_LINE_STRIDE(src_line_stride=32),
        ),
        POOLING,
    )
    sums = data.astype(np.int64).reshape(16, 2, 16, 2, 16).sum((1, 3))
    found = made.buffers[OUT][: sums.size].view(np.int8).reshape(sums.shape)
    np.testing.assert_array_equal(found, np.rint(sums / 4))


def test_a_wrong_reciprocal_is_refused() -> None:
    wrong = r.PPU_RECIP_KERNEL_HEIGHT(recip_kernel_height=0x7555)
    with pytest.raises(SimulationError, match="RECIP_KERNEL_HEIGHT is 30037, wanted 21845"):
        board().start(changed(pooling(0), wrong), POOLING)


def test_padding_has_its_sign_in_19_bits() -> None:
    with pytest.raises(SimulationError, match="pad_value_0 is 0x80, wanted a byte whose sign"):
        board().start(pooling(1, 0x80), POOLING)


def test_a_tile_leaves_the_columns_beside_it() -> None:
    made = board()
    tile = changed(
        barrier(),
        r.PPU_OPERATION_MODE_CFG(flying_mode=1, pooling_method=1, notch_addr=3),
        r.PPU_DATA_CUBE_IN_HEIGHT(cube_in_height=1),
        r.PPU_DATA_CUBE_OUT_HEIGHT(cube_out_height=1),
        read.PPU_RDMA_RDMA_CUBE_IN_HEIGHT(cube_in_height=1),
        r.PPU_DATA_CUBE_IN_CHANNEL(cube_in_channel=15),
        r.PPU_DATA_CUBE_OUT_CHANNEL(cube_out_channel=15),
        read.PPU_RDMA_RDMA_CUBE_IN_CHANNEL(cube_in_channel=15),
    )
    made.start(tile, POOLING)
    out = made.buffers[OUT].reshape(-1, 16)
    np.testing.assert_array_equal(out[[0, 4]], made.buffers[IN].reshape(-1, 16)[:2])
    assert (out[1:4] == FILL).all()


def test_a_map_that_is_pooled_in_place_is_refused() -> None:
    here = r.PPU_DST_BASE_ADDR(dst_base_addr=IN // 16)
    with pytest.raises(SimulationError, match="writes over what PPU_RDMA RDMA_SRC_BASE_ADDR"):
        board().start(changed(pooling(1, 0x7FF80), here), POOLING)


@pytest.mark.parametrize(("width", "hangs"), [(34, False), (35, True)])
def test_wide_maps_of_overlapping_windows_hang(width: int, hangs: bool) -> None:
    made = board()
    wide = changed(
        pooling(1, 0x7FF80),
        r.PPU_DATA_CUBE_IN_WIDTH(cube_in_width=width - 1),
        read.PPU_RDMA_RDMA_CUBE_IN_WIDTH(cube_in_width=width - 1),
        read.PPU_RDMA_RDMA_SRC_LINE_STRIDE(src_line_stride=width),
        r.PPU_DATA_CUBE_OUT_WIDTH(cube_out_width=width - 1),
        r.PPU_DATA_CUBE_OUT_HEIGHT(cube_out_height=4),
        r.PPU_POOLING_KERNEL_CFG(kernel_height=2, kernel_width=1),
    )
    if hangs:
        with pytest.raises(SimulationError, match="hang from a width of 35 on"):
            made.start(wide, POOLING)
    else:
        made.start(wide, POOLING)


def test_windows_beyond_the_map_are_refused() -> None:
    wide = r.PPU_DATA_CUBE_OUT_WIDTH(cube_out_width=6)
    with pytest.raises(SimulationError, match="DATA_CUBE_OUT_WIDTH is 6, whose windows cover 8 of"):
        board().start(changed(pooling(1, 0x7FF80), wide), POOLING)
