# SPDX-License-Identifier: MIT
"""The DPU without a convolution."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from npucore.hw.registers import Register
from npucore_rocket.registers import dpu, dpu_rdma, dpu_stages
from npucore_rocket.sim import SimulationError
from tests.material.rocket.sim_board import Board
from tests.material.rocket.sim_words import changed, unpack

FLYING = 0x18
LEFT, RIGHT, OUT = 0x10000, 0x20000, 0x40000

Halves = npt.NDArray[np.float16]


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


def halves(board: Board, address: int, count: int) -> Halves:
    return board.buffers[address].view(np.float16)[:count]


@pytest.mark.parametrize(
    ("word", "function"),
    [
        (0x108002C0, np.maximum),
        (0x108102C0, np.minimum),
        (0x108202C0, np.add),
        (0x108402C0, np.subtract),
        (0x108003C4, np.multiply),
    ],
    ids=["max", "min", "add", "sub", "mul"],
)
def test_fp16_pairs_as_published(word: int, function: np.ufunc) -> None:
    rng = np.random.default_rng(1)
    board = Board()
    for address in (LEFT, RIGHT):
        board.put(address, rng.normal(0, 30, 88).astype(np.float16))
    board.put(OUT)
    config = dpu_stages.DPU_EW_CFG.decode(word)
    board.start(changed(registers(1, 11, 8, precision=2), config), FLYING)
    wanted = function(halves(board, LEFT, 88), halves(board, RIGHT, 88))
    np.testing.assert_array_equal(halves(board, OUT, 88), wanted)


def test_fp16_division_is_refused() -> None:
    tasks = changed(registers(1, 11, 8, precision=2), dpu_stages.DPU_EW_CFG.decode(0x108302C0))
    with pytest.raises(SimulationError, match=r"DPU EW_CFG\.ew_alu_algo is 3 with ew_op_type 0"):
        Board().start(tasks, FLYING)


def int8_board(size: int) -> Board:
    rng = np.random.default_rng(2)
    board = Board()
    for address in (LEFT, RIGHT):
        board.put(address, rng.integers(-128, 128, size).astype(np.int8))
    board.put(OUT)
    return board


def test_int8_maps_are_copied() -> None:
    board = int8_board(3 * 4 * 48)
    board.start(registers(3, 4, 48, precision=0), FLYING)
    np.testing.assert_array_equal(board.buffers[OUT][:576], board.buffers[LEFT][:576])


def test_int8_maps_are_added_after_rescaling() -> None:
    board = int8_board(3 * 4 * 32)
    board.start(
        changed(
            registers(3, 4, 32, precision=0),
            dpu_stages.DPU_BS_CFG(bs_alu_algo=2, bs_relu_bypass=1),
            dpu_stages.DPU_BS_ALU_CFG(bs_alu_operand=5),
            dpu_stages.DPU_BS_MUL_CFG(bs_mul_operand=3000),
            dpu_stages.DPU_BS_RELUX_CMP_VALUE(),
            dpu_stages.DPU_EW_CFG(
                ew_cvt_type=1, ew_data_mode=1, edata_size=1, ew_alu_algo=2, ew_relu_bypass=1,
                ew_lut_bypass=1, ew_op_src=1,
            ),
            dpu_stages.DPU_EW_CVT_OFFSET_VALUE(ew_op_cvt_offset=-9),
            dpu_stages.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=20000, ew_op_cvt_shift=4),
            dpu_stages.DPU_OUT_CVT_SCALE(out_cvt_scale=16400),
            dpu_stages.DPU_OUT_CVT_SHIFT(out_cvt_shift=26),
            dpu_stages.DPU_OUT_CVT_OFFSET(out_cvt_offset=-3),
        ),
        FLYING,
    )  # fmt: skip
    left, right = (unpack(board.buffers[a], (3, 4), 32).astype(np.int64) for a in (LEFT, RIGHT))
    total = (left + 5) * 3000 + ((right - 9) * 20000 + 8 >> 4)
    wanted = np.clip((total * 16400 + (1 << 25) >> 26) - 3, -128, 127)
    np.testing.assert_array_equal(unpack(board.buffers[OUT], (3, 4), 32), wanted)


def test_other_types_are_refused() -> None:
    with pytest.raises(SimulationError, match=r"DPU DATA_FORMAT\.in_precision is 5, but only 0"):
        Board().start(registers(1, 1, 16, precision=5), FLYING)


def test_the_dpu_must_be_told_to_fly() -> None:
    grounded = dpu.DPU_FEATURE_MODE_CFG(output_mode=2)
    with pytest.raises(SimulationError, match=r"DPU FEATURE_MODE_CFG\.flying_mode is 0, but only"):
        Board().start(changed(registers(1, 1, 16, precision=0), grounded), FLYING)
