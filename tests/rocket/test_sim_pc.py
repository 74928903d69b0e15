# SPDX-License-Identifier: MIT
"""What the program counter takes and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.hw.registers import Register
from npucore_rocket.chip import RK3588
from npucore_rocket.registers import cna, core, dpu_stages
from npucore_rocket.sim import SimulationError
from npucore_rocket.sim.pc import RegisterFile, walk
from tests.material.rocket.sim_board import Board, converted, load, result, sums, tiny
from tests.material.rocket.sim_words import START, Words, convolution, task, word


def words(*values: int) -> Words:
    return np.array(values, np.uint64)


def write(target: int, offset: int, value: int = 0) -> int:
    return target << 48 | value << 16 | offset


def test_the_start_word_carries_the_mask() -> None:
    assert walk(words(START | 0x1D << 16), RegisterFile(RK3588)) == 0x1D


def test_the_last_write_of_a_register_counts() -> None:
    file = RegisterFile(RK3588)
    first, second = (cna.CNA_DATA_SIZE2(dataout_width=width) for width in (3, 7))
    walk(words(word(first), word(second), START), file)
    assert file[cna.CNA_DATA_SIZE2].dataout_width == 7


def test_registers_stay_from_task_to_task() -> None:
    board = Board()
    load(board, tiny())
    registers = convolution(tiny())
    stale = {cna.CNA_DATA_SIZE2, dpu_stages.DPU_BS_OW_OP}
    board.run(task(registers), task([r for r in registers if type(r) not in stale]))
    np.testing.assert_array_equal(result(board, tiny()), converted(tiny(), sums(tiny())))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (write(0x0201, 0x1018), r"word 1 \(0x.*\): no register is known at offset 0x1018"),
        (
            write(0x0801, 0x1014),
            r"CNA CONV_CON3 with target 0x0801, but CNA's is 0x0201",
        ),
        (write(0x0101, 0x0020), r"a stream cannot write PC INTERRUPT_MASK"),
        (write(0x0201, 0x8000), r"a stream cannot write DDMA CFG_OUTSTANDING"),
        (write(0x0201, 0x1028, 1 << 11), r"CNA DATA_SIZE2 has bits set that mean nothing: 0x800"),
        (write(0x0041, 0x0008), r"barrier's target 0x0041, but its other bits"),
        (write(0x0081, 0x0010), r"starts blocks at offset 0x0010, wanted 0x0008"),
    ],
    ids=["unknown", "target", "pc", "ahb_only", "bits", "barrier", "start_elsewhere"],
)
def test_a_bad_word_is_named(bad: int, message: str) -> None:
    with pytest.raises(SimulationError, match=message):
        walk(words(0, bad, START), RegisterFile(RK3588))


def test_a_task_must_start_something() -> None:
    with pytest.raises(SimulationError, match="none of the task's 2 words starts a block"):
        walk(words(0, word(cna.CNA_DATA_SIZE2())), RegisterFile(RK3588))


def test_nothing_but_filler_may_follow_the_start_word() -> None:
    assert walk(words(START, 0, 0), RegisterFile(RK3588)) == 0
    with pytest.raises(SimulationError, match=r"word 1 .* follows the start word at 0"):
        walk(words(START, word(cna.CNA_DATA_SIZE2())), RegisterFile(RK3588))


def test_a_register_that_no_word_wrote_is_not_read() -> None:
    board = Board()
    load(board, tiny())
    kept = [r for r in convolution(tiny()) if not isinstance(r, dpu_stages.DPU_BN_CFG)]
    with pytest.raises(SimulationError, match="DPU BN_CFG is needed, but no word has written it"):
        board.start(kept)


def test_unknown_start_masks_are_refused() -> None:
    with pytest.raises(SimulationError, match="GLOBAL OPERATION_ENABLE is 0x7f, but only 0xd"):
        Board().start([], 0x7F)


@pytest.mark.parametrize("register", [cna.CNA_S_POINTER, core.CORE_S_POINTER])
def test_pointers_that_are_the_drivers_hang(register: type[Register]) -> None:
    """Source: facts of 2026-11, A11."""
    board = Board()
    load(board, tiny())
    with pytest.raises(SimulationError, match=r"a stream that writes \w+ S_POINTER hangs"):
        board.start([register.decode(0xE), *convolution(tiny())])
