# SPDX-License-Identifier: MIT
"""The DPU's look-up table, alone and behind a convolution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from npucore.hw.registers import Register
from npucore_rocket.registers import dpu, dpu_lut, dpu_rdma, dpu_stages
from npucore_rocket.sim import Options, SimulationError
from tests.material.rocket.sim_board import Board, load, result, sums, tiny
from tests.material.rocket.sim_flying import ALONE, FLYING, LEFT, OUT, registers
from tests.material.rocket.sim_words import Words, changed, convolution, task

Ints = npt.NDArray[np.int64]
INDEX = np.arange(513)
LOW = -20000 + 30 * INDEX  # to -4640
HIGH = -4640 + (INDEX * INDEX) // 11  # to 19191
PORT = (dpu_lut.DPU_LUT_ACCESS_CFG, dpu_lut.DPU_LUT_ACCESS_DATA)


def table(low: Ints = LOW, high: Ints = HIGH) -> list[int]:
    """The words of both tables, one by one."""
    return [
        word
        for number, entries in ((0, low), (1, high))
        for word in (
            write(0x4100, 1 << 17 | number << 16),
            *(write(0x4104, int(entry) & 0xFFFFFFFF) for entry in entries),
        )
    ]


def write(offset: int, value: int) -> int:
    return 0x1001 << 48 | value << 16 | offset


def stages(factor: int, shift: int) -> list[Register]:
    """BN scales, the table follows, and its values are divided by 256."""
    return [
        dpu.DPU_DATA_FORMAT(bn_mul_shift_value_neg=shift),
        dpu_stages.DPU_BN_CFG(bn_alu_algo=2, bn_relu_bypass=1),
        dpu_stages.DPU_BN_ALU_CFG(),
        dpu_stages.DPU_BN_MUL_CFG(bn_mul_operand=factor, bn_mul_shift_value=shift),
        dpu_stages.DPU_BN_RELUX_CMP_VALUE(),
        dpu_stages.DPU_EW_CFG.decode(0x302),
        dpu_lut.DPU_LUT_CFG.decode(0x68),
        dpu_lut.DPU_LUT_INFO.decode(0x50500),
        dpu_lut.DPU_LUT_LE_START(lut_le_start=-16384),
        dpu_lut.DPU_LUT_LE_END(),
        dpu_lut.DPU_LUT_LO_START(),
        dpu_lut.DPU_LUT_LO_END(lut_lo_end=16384),
        dpu_lut.DPU_LUT_LE_SLOPE_SCALE(),
        dpu_lut.DPU_LUT_LE_SLOPE_SHIFT(),
        dpu_lut.DPU_LUT_LO_SLOPE_SCALE(),
        dpu_lut.DPU_LUT_LO_SLOPE_SHIFT(),
        dpu_stages.DPU_OUT_CVT_SCALE(out_cvt_scale=16384),
        dpu_stages.DPU_OUT_CVT_SHIFT(out_cvt_shift=22),
        dpu_stages.DPU_OUT_CVT_OFFSET(out_cvt_offset=-7),
    ]


def words(loaded: Sequence[int], *others: Register, factor: int = 16001, shift: int = 7) -> Words:
    every = changed(registers(1, 16, 16, precision=0), ALONE, *stages(factor, shift), *others)
    return np.concatenate([np.array(loaded, np.uint64), task(every, FLYING)])


def looked_up(values: Ints) -> Ints:
    """Lines between entries, halves to even, and the output's conversion."""
    v = values.clip(-16384, 16384)
    found = []
    for each in v.tolist():
        entries, place = (LOW, each + 16384) if each < 0 else (HIGH, each)
        i, fraction = divmod(place, 32)
        step = int(entries[min(i + 1, 512)] - entries[i]) * fraction
        found.append(int(entries[i]) + round(step / 32))  # halves to even
    return (np.rint(np.array(found) / 256) - 7).clip(-128, 127)


def board() -> Board:
    """All bytes, and the rounding that the chip has."""
    made = Board(Options())
    made.put(LEFT, np.arange(256, dtype=np.uint8))
    made.put(OUT)
    return made


BYTES = np.arange(256, dtype=np.uint8).view(np.int8).astype(np.int64)


@pytest.mark.parametrize("factor", [16001, 32767])
def test_every_byte_is_looked_up(factor: int) -> None:
    made = board()
    made.run(words(table(), factor=factor))
    index = np.rint(BYTES * factor / 128).astype(np.int64)  # within float64
    assert (abs(index) > 16384).any() == (factor == 32767)
    np.testing.assert_array_equal(made.buffers[OUT][:256].view(np.int8), looked_up(index))


def test_a_zero_point_is_taken_off_by_bs() -> None:
    made = board()
    bs = dpu_stages.DPU_BS_CFG(bs_alu_algo=2, bs_mul_bypass=1, bs_relu_bypass=1)
    minus = dpu_stages.DPU_BS_ALU_CFG(bs_alu_operand=-42 & 0xFFFFFFFF)
    mul, limit = dpu_stages.DPU_BS_MUL_CFG(), dpu_stages.DPU_BS_RELUX_CMP_VALUE()
    made.run(words(table(), bs, minus, mul, limit, factor=16000))
    index = np.rint((BYTES - 42) * 16000 / 128).astype(np.int64)
    np.testing.assert_array_equal(made.buffers[OUT][:256].view(np.int8), looked_up(index))


def test_a_convolution_s_sums_are_looked_up() -> None:
    """Fused: what reaches BN are the accumulators with their biases."""
    made = Board(Options())
    layer = replace(tiny(), scale=16384, shift=22, offset=-7)
    load(made, layer)
    every = changed(convolution(layer), *stages(29000, 16))
    made.run(np.concatenate([np.array(table(), np.uint64), task(every)]))
    index = np.rint(sums(layer) * 29000 / 65536).astype(np.int64)
    assert len(np.unique(index.clip(-16384, 16384))) > 500
    wanted = looked_up(index.reshape(-1)).reshape(index.shape)
    np.testing.assert_array_equal(result(made, layer), wanted)


def test_a_table_lasts_to_the_end_of_its_job_and_no_longer() -> None:
    made = board()
    made.run(words(table()), words([]))
    first = made.buffers[OUT][:256].copy()
    made.put(OUT)
    made.run(words(table()), words([]))
    np.testing.assert_array_equal(made.buffers[OUT][:256], first)
    with pytest.raises(SimulationError, match="has loaded 0 of the 513 entries of the table LE"):
        made.run(words([]))


def test_half_a_table_is_no_table() -> None:
    with pytest.raises(SimulationError, match="has loaded 512 of the 513 entries of the table LO"):
        board().run(words(table()[:-1]))


def test_tables_that_differ_at_0_are_refused() -> None:
    with pytest.raises(SimulationError, match="hold -4640 and -4639 for 0"):
        board().run(words(table(high=HIGH + 1)))


def test_more_entries_than_a_table_has_are_refused() -> None:
    with pytest.raises(SimulationError, match="goes beyond entry 512 of the table LO"):
        board().run(words([*table(), write(0x4104, 5)]))


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (dpu_stages.DPU_EW_CFG.decode(0x300), "ew_op_bypass is 0, but only 1 is simulated"),
        (dpu_stages.DPU_BN_ALU_CFG(bn_alu_operand=5), "5 beside BN's multiplier"),
        (dpu_stages.DPU_BN_CFG(bn_bypass=1), "or its stage is left out: wanted 1 to 32767"),
        (dpu_stages.DPU_BN_MUL_CFG(bn_mul_operand=0x8001), "bn_mul_operand is 32769"),
        (dpu_lut.DPU_LUT_INFO.decode(0x60600), "lut_le_index_select is 6, but only 5"),
        (
            dpu_lut.DPU_LUT_LE_SLOPE_SCALE(lut_le_slope_uflow_scale=23107),
            "slopes beyond the tables",
        ),
    ],
    ids=["operation", "addend", "no factor", "negative", "step", "slope"],
)
def test_what_is_not_known_of_tables_is_refused(other: Register, message: str) -> None:
    with pytest.raises(SimulationError, match=message):
        board().run(words(table(), other))


def test_a_stream_without_a_table_may_write_its_port() -> None:
    """Mesa's streams do: an access for reading, and a 0."""
    made = board()
    every = changed(registers(1, 16, 16, precision=0), ALONE, *(kind() for kind in PORT))
    made.start(every, FLYING)
    np.testing.assert_array_equal(made.buffers[OUT][:256], np.arange(256))


def test_an_idle_port_says_where_data_go() -> None:
    with pytest.raises(SimulationError, match="no LUT_ACCESS_CFG before it"):
        board().run(words([write(0x4104, 1)]))


def test_the_reader_of_an_operand_is_off() -> None:
    on = dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG(erdma_data_mode=1, erdma_data_size=1)
    with pytest.raises(SimulationError, match="erdma_disable is 0"):
        board().run(words(table(), on))
