# SPDX-License-Identifier: MIT
"""Tasks of the DPU alone with numbers by chance: judged good, run, and held against integers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from npucore.hw.registers import Register
from npucore_rocket.registers import dpu, dpu_rdma
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.sim import Options
from tests.material.rocket.sim_board import Board
from tools.faults.alone import NUMBERS, alone
from tools.faults.registers import FIRST, OUT, SECOND
from tools.faults.streams import job

Ints = npt.NDArray[np.int64]
CASES = 60
ALU = {0: np.maximum, 1: np.minimum, 2: np.add, 4: np.subtract}


def shifted(values: Ints, shift: int) -> Ints:
    """``values / 2**shift``, halves to even, in integers."""
    down, rest, half = values >> shift, values & ((1 << shift) - 1), (1 << shift) >> 1
    more = (rest > half) | ((rest == half) & (down % 2 == 1)) if shift else np.zeros_like(rest)
    total: Ints = down + more
    return total


@dataclass(frozen=True)
class Stage:
    """BS: an addend and a factor with its shift, each perhaps None; ReLU."""

    addend: int | None
    factor: tuple[int, int] | None
    relu: bool

    def registers(self) -> list[Register]:
        factor, shift = self.factor or (0, 0)
        return [
            s.DPU_BS_CFG(
                bs_alu_algo=0 if self.addend is None else 2,
                bs_alu_bypass=self.addend is None,
                bs_mul_bypass=self.factor is None,
                bs_relu_bypass=not self.relu,
            ),
            s.DPU_BS_ALU_CFG(bs_alu_operand=(self.addend or 0) & 0xFFFFFFFF),
            s.DPU_BS_MUL_CFG(bs_mul_operand=factor & 0xFFFF, bs_mul_shift_value=shift),
            dpu.DPU_DATA_FORMAT(bs_mul_shift_value_neg=shift),
        ]

    def __call__(self, values: Ints) -> Ints:
        values = values + (self.addend or 0)
        if self.factor is not None:
            values = shifted(values * self.factor[0], self.factor[1])
        return np.maximum(values, 0) if self.relu else values


@dataclass(frozen=True)
class Operation:
    """EW: with a map, converted or as it is, or a number; *algo* None is the multiplier."""

    algo: int | None
    number: int | None
    converter: tuple[int, int, int] | None
    relu: bool

    def registers(self, pixels: int) -> list[Register]:
        offset, scale, shift = self.converter or (0, 1, 0)
        config = s.DPU_EW_CFG(
            ew_cvt_type=self.converter is not None,
            ew_op_cvt_bypass=self.converter is None,
            ew_op_type=self.algo is None,
            ew_alu_algo=self.algo or 0,
            ew_op_src=self.number is None,
            ew_data_mode=self.number is None,
            ew_relu_bypass=not self.relu,
            ew_lut_bypass=1,
            edata_size=1,
        )
        cvt = s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=scale, ew_op_cvt_shift=shift)
        second: list[Register] = [
            dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG(erdma_data_mode=1, erdma_data_size=1),
            dpu_rdma.DPU_RDMA_RDMA_EW_BASE_ADDR(ew_base_addr=SECOND),
            dpu_rdma.DPU_RDMA_RDMA_EW_SURF_STRIDE(ew_surf_stride=pixels),
        ]
        if self.number is not None:
            second = [kind.decode(self.number & 0xFFFFFFFF) for kind in NUMBERS]
        return [config, s.DPU_EW_CVT_OFFSET_VALUE(ew_op_cvt_offset=offset), cvt, *second]

    def __call__(self, values: Ints, second: Ints) -> Ints:
        offset, scale, shift = self.converter or (0, 1, 0)
        operand = shifted((second + offset) * scale, shift)
        if self.number is not None:
            operand = np.full_like(second, self.number)
        found = values * operand if self.algo is None else ALU[self.algo](values, operand)
        return np.maximum(found, 0) if self.relu else found


def drawn(seed: int) -> tuple[Stage, Operation, tuple[int, int, int], tuple[int, int]]:
    """Stage, operation, the output's (scale, shift, offset) and (rows, columns)."""
    rng = np.random.default_rng(seed)

    def whole(low: int, high: int) -> int:
        return int(rng.integers(low, high, endpoint=True))

    addend = whole(-128, 128) if whole(0, 1) else None
    factor = (whole(-500, 500), whole(0, 6)) if whole(0, 1) else None
    stage = Stage(addend, factor, bool(whole(0, 1)))
    number = whole(-128, 127) if whole(0, 1) else None
    converted = number is None and whole(0, 1)
    converter = (whole(-127, 128), whole(1, 900), whole(0, 8)) if converted else None
    algo = [None, 0, 1, 2, 4][whole(0, 4)]
    operation = Operation(algo, number, converter, bool(whole(0, 1)))
    out = (whole(1 << 14, (1 << 15) - 1), whole(14, 28), whole(-128, 127))
    return stage, operation, out, (whole(1, 7), whole(1, 9))


@pytest.mark.parametrize("seed", range(CASES))
def test_a_task_by_chance_is_good_and_computes_as_integers_do(seed: int) -> None:
    stage, operation, (scale, shift, offset), (rows, columns) = drawn(seed)
    body = [
        *stage.registers(),
        *operation.registers(rows * columns),
        s.DPU_OUT_CVT_SCALE(out_cvt_scale=scale),
        s.DPU_OUT_CVT_SHIFT(out_cvt_shift=shift),
        s.DPU_OUT_CVT_OFFSET(out_cvt_offset=offset),
    ]
    words = alone(body, rows, columns)
    job("by chance", words).check()
    board, rng = Board(Options()), np.random.default_rng(seed)
    for address in (FIRST, SECOND):
        board.put(address, rng.integers(-128, 128, rows * columns * 16).astype(np.int8), 0x4000)
    board.put(OUT, size=0x4000)
    board.run(words)
    first, second, found = (
        board.buffers[a][: rows * columns * 16].view(np.int8).astype(np.int64)
        for a in (FIRST, SECOND, OUT)
    )
    values = operation(stage(first), second)
    wanted = (shifted(values * scale, shift) + offset).clip(-128, 127)
    np.testing.assert_array_equal(found, wanted)
