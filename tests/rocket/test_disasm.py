# SPDX-License-Identifier: MIT
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from npucore.errors import InputError
from npucore.tensor import Array
from npucore_rocket.disasm import disassemble
from npucore_rocket.stream import BARRIER
from tests.material.rocket import captures

STRIDES = 0x0201_00000012_1014
START = 0x0081_0000001D_0008


def words(*values: int) -> Array:
    return np.array(values, np.uint64)


def line(*values: int) -> str:
    """The first word's line, its columns joined by single spaces."""
    return " ".join(disassemble({"": words(*values)}).tasks[0].lines[1].split())


def test_a_line_shows_the_fields_that_are_not_zero() -> None:
    assert line(STRIDES) == "0 CNA CONV_CON3 0x1014 0x00000012 conv_y_stride=2 conv_x_stride=2"


def test_a_line_shows_the_names_of_values() -> None:
    assert line(0x0201_00000003_100C).endswith(" conv_mode=3 (depthwise)")


def test_an_address_is_hexadecimal() -> None:
    assert line(0x0201_01036000_1070).endswith(" feature_base_addr=0x1036000")


def test_a_negative_value_is_shown_as_such() -> None:
    assert line(0x1001_FFFFFF80_4080).endswith(" out_cvt_offset=-128")


def test_bits_outside_of_every_field_are_said() -> None:
    assert line(0x0201_80000009_1014).endswith(" unknown bits 0x80000000")


def test_a_register_that_nobody_knows_is_said() -> None:
    assert line(0x0201_00000009_1018) == "0 CNA ? 0x1018 0x00000009 unknown register"


def test_a_target_of_another_block_is_said() -> None:
    shown = line(0x0201_00000009_4010, STRIDES)
    assert shown.endswith("offset 0x4010 is not in the block of target 0x0201")


def test_a_table_s_entries_share_a_line() -> None:
    entries = [0x1001_00000000_4104 | (value & 0xFFFFFFFF) << 16 for value in (-7, 0, 9)]
    task = disassemble({"": words(STRIDES, *entries, entries[0], START)}).tasks[0]
    assert len(task.words) == 6
    assert [" ".join(text.split()) for text in task.lines[2:3]] == [
        "1 DPU LUT_ACCESS_DATA 0x4104 4 entries from -7 to -7"
    ]
    assert len(task.lines) == 4


def test_a_start_names_its_blocks() -> None:
    assert line(START) == "0 start 0x0008 0x0000001d CNA CORE DPU DPU_RDMA"


def test_a_start_of_unknown_blocks_is_said() -> None:
    assert line(0x0081_00000082_0008).endswith("unknown bits 0x82")


def test_the_first_line_sums_the_task_up() -> None:
    [task] = disassemble({"s0_j3_t0": words(STRIDES, START)}).tasks
    assert task.lines[0] == "job 0 (s0_j3_t0): 2 words, starts CNA CORE DPU DPU_RDMA"


def test_a_listed_word_has_all_fields() -> None:
    [task] = disassemble({"": words(0x1001_00000310_4024)}).tasks
    [word] = task.words
    assert (word.block, word.register, word.offset) == ("DPU", "DST_SURF_STRIDE", 0x4024)
    assert (word.value, word.fields, word.address) == (0x310, {"dst_surf_stride": 0x31}, None)


def test_special_words_are_listed_by_name() -> None:
    [task] = disassemble({"": words(0, BARRIER, START)}).tasks
    assert [word.register for word in task.words] == ["filler", "barrier", "start"]


def test_a_listed_start_says_which_blocks_run() -> None:
    [task] = disassemble({"": words(START)}).tasks
    assert [name for name, on in task.words[0].fields.items() if on] == [
        "dpu_rdma_op_en",
        "dpu_op_en",
        "core_op_en",
        "cna_op_en",
    ]


def test_bytes_are_words_of_little_endian() -> None:
    raw = np.frombuffer(STRIDES.to_bytes(8, "little"), np.uint8)
    assert disassemble({"": raw}) == disassemble({"": words(STRIDES)})


def test_a_raw_stream_is_one_job_of_several_tasks() -> None:
    tasks = disassemble({"": words(STRIDES, START, STRIDES, START)}).tasks
    assert [(task.job, len(task.words)) for task in tasks] == [(0, 2), (0, 2)]


def test_a_captures_tasks_come_in_order_of_execution() -> None:
    names = ["s1_j0_t0", "s0_j1_t10", "s0_j1_t9", "s0_j0_t0", "const3"]
    tasks = disassemble({name: words(STRIDES) for name in names}).tasks
    assert [task.job for task in tasks] == [0, 1, 1, 2]
    assert "(s0_j1_t9)" in tasks[1].lines[0]


@pytest.mark.parametrize(
    ("arrays", "why"),
    [
        ({"": np.zeros(0, np.uint8)}, "no words"),
        ({"": np.zeros(12, np.uint8)}, "12 bytes, wanted a multiple of 8"),
        ({"": np.zeros((2, 2), np.uint64)}, "2 dimensions"),
        ({"": np.zeros(4, np.float32)}, "float32 values, wanted uint64"),
        ({"": np.zeros(4, np.uint64)}, "none of the 4 words"),
        ({"": np.full(16, 0xFF, np.uint8)}, "none of the 2 words"),
        ({"a": np.zeros(1), "b": np.zeros(1)}, "but a, b"),
        ({}, "there is none"),
    ],
    ids=["empty", "odd", "square", "floats", "zeros", "ones", "names", "nothing"],
)
def test_what_holds_no_words_is_refused(arrays: dict[str, Array], why: str) -> None:
    with pytest.raises(InputError, match=why):
        disassemble(arrays)


def test_captured_tasks_leave_nothing_unknown(shared: Path) -> None:
    for name, task in captures.tasks(shared / "golden" / "rocket"):
        [listed] = disassemble({"": task}).tasks
        assert not any("unknown" in text for text in listed.lines), name
