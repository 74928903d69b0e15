# SPDX-License-Identifier: MIT
"""The DPU without a convolution."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from npucore.hw.registers import Register
from npucore_rocket.registers import dpu, dpu_rdma, dpu_stages
from npucore_rocket.sim import SimulationError
from npucore_rocket.sim.dpu_stages import NUMBERS
from tests.material.rocket.sim_board import Board
from tests.material.rocket.sim_flying import ALONE, FLYING, LEFT, OUT, RIGHT, registers
from tests.material.rocket.sim_words import changed, unpack

Halves = npt.NDArray[np.float16]


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
    board.start(changed(registers(3, 4, 48, precision=0), ALONE), FLYING)
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


Ints = npt.NDArray[np.int64]
RAW = {
    "max": (0, 0, np.maximum),
    "min": (0, 1, np.minimum),
    "add": (0, 2, np.add),
    "subtract": (0, 4, np.subtract),
    "multiply": (1, 0, np.multiply),
}


def raw(name: str, **fields: int) -> dpu_stages.DPU_EW_CFG:
    """An operation on bytes as they are; *fields* differ."""
    kind, algo, _ = RAW[name]
    given = {"ew_op_src": 1, "ew_data_mode": 1, "ew_relu_bypass": 1, **fields}
    return dpu_stages.DPU_EW_CFG(
        ew_op_type=kind,
        ew_alu_algo=algo,
        edata_size=1,
        ew_op_cvt_bypass=1,
        ew_lut_bypass=1,
        **given,
    )


SCALE = dpu_stages.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=1)


def all_pairs() -> Board:
    """Every pair of bytes: 65,536 of them, in 64 lines of 64 pixels."""
    left, right = np.meshgrid(np.arange(-128, 128), np.arange(-128, 128))
    board = Board()
    for address, values in ((LEFT, left), (RIGHT, right)):
        board.put(address, values.astype(np.int8))
    board.put(OUT)
    return board


def bytes_of(board: Board, address: int) -> Ints:
    return board.buffers[address].view(np.int8).astype(np.int64)


@pytest.mark.parametrize("comb_use", [0, 4])
@pytest.mark.parametrize("name", RAW)
def test_every_pair_of_bytes_is_combined_and_saturated(name: str, comb_use: int) -> None:
    """Source: facts of 2026-11, 0.10 (proven)."""
    board = all_pairs()
    mode = dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG(burst_len=15, flying_mode=1, comb_use=comb_use)
    board.start(changed(registers(64, 64, 16, precision=0), raw(name), SCALE, mode), FLYING)
    wanted = RAW[name][2](bytes_of(board, LEFT), bytes_of(board, RIGHT)).clip(-128, 127)
    np.testing.assert_array_equal(bytes_of(board, OUT), wanted)


@pytest.mark.parametrize("name", ["max", "min"])
def test_an_extreme_may_have_its_equality_flag(name: str) -> None:
    board = all_pairs()
    board.start(
        changed(registers(64, 64, 16, precision=0), raw(name, ew_equal_en=1), SCALE), FLYING
    )
    wanted = RAW[name][2](bytes_of(board, LEFT), bytes_of(board, RIGHT))
    np.testing.assert_array_equal(bytes_of(board, OUT), wanted)


@pytest.mark.parametrize("number", [-128, -3, 0, 127])
@pytest.mark.parametrize("name", RAW)
def test_a_number_in_eight_registers_is_the_second_operand(name: str, number: int) -> None:
    board = int8_board(2 * 5 * 16)
    values = [register.decode(number & 0xFFFFFFFF) for register in NUMBERS]
    config = raw(name, ew_op_src=0)
    board.start(changed(registers(2, 5, 16, precision=0), config, SCALE, ALONE, *values), FLYING)
    wanted = RAW[name][2](bytes_of(board, LEFT)[:160], number).clip(-128, 127)
    np.testing.assert_array_equal(bytes_of(board, OUT)[:160], wanted)


def test_relu_comes_behind_the_operation() -> None:
    board = int8_board(2 * 5 * 16)
    config = raw("subtract", ew_relu_bypass=0)
    board.start(changed(registers(2, 5, 16, precision=0), config, SCALE), FLYING)
    left, right = (bytes_of(board, address)[:160] for address in (LEFT, RIGHT))
    np.testing.assert_array_equal(bytes_of(board, OUT)[:160], (left - right).clip(0, 127))


def numbers(*values: int) -> list[Register]:
    return [register.decode(v) for register, v in zip(NUMBERS, values, strict=True)]


READ = dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG
OVER = "writes over what DPU_RDMA RDMA"
REFUSED: dict[str, tuple[list[Register], str]] = {
    "equality": ([raw("add", ew_equal_en=1)], "ew_equal_en is 1 for more than a maximum"),
    "comb_use": ([raw("add"), READ(flying_mode=1, comb_use=5)], "where 0 and 4 end"),
    "precision": (
        [raw("add"), READ(flying_mode=1, in_precision=2)],
        "in_precision is 2, but only 0",
    ),
    "idle reader": ([dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG()], "erdma_disable is 0, but only 1"),
    "channels": ([raw("add"), dpu.DPU_DATA_CUBE_CHANNEL(channel=15)], "orig_channel is 0, but"),
    "numbers": ([raw("add", ew_op_src=0), ALONE, *numbers(3, *[0] * 7)], "VALUE_0 to 7 differ"),
    "number": ([raw("add", ew_op_src=0), ALONE, *numbers(*[128] * 8)], "VALUE_0 is 128, wanted"),
    "over the first": ([raw("add"), dpu.DPU_DST_BASE_ADDR(dst_base_addr=LEFT)], f"{OVER}_SRC"),
    "over the second": ([raw("add"), dpu.DPU_DST_BASE_ADDR(dst_base_addr=RIGHT)], f"{OVER}_EW"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_known_to_work_is_refused(what: str) -> None:
    others, message = REFUSED[what]
    tasks = changed(registers(2, 5, 16, precision=0), SCALE, *others)
    with pytest.raises(SimulationError, match=message):
        int8_board(160).start(tasks, FLYING)


def test_other_types_are_refused() -> None:
    with pytest.raises(SimulationError, match=r"DPU DATA_FORMAT\.in_precision is 5, but only 0"):
        Board().start(registers(1, 1, 16, precision=5), FLYING)


def test_the_dpu_must_be_told_to_fly() -> None:
    grounded = dpu.DPU_FEATURE_MODE_CFG(output_mode=2)
    with pytest.raises(SimulationError, match=r"DPU FEATURE_MODE_CFG\.flying_mode is 0, but only"):
        Board().start(changed(registers(1, 1, 16, precision=0), grounded), FLYING)
