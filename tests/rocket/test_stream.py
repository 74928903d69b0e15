# SPDX-License-Identifier: MIT
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npucore_rocket import stream
from npucore_rocket.registers import BLOCKS, Block, block
from npucore_rocket.registers.cna import CNA_CONV_CON3, CNA_DATA_SIZE0
from npucore_rocket.registers.ddma import DDMA_CFG_OUTSTANDING
from npucore_rocket.registers.global_ import GLOBAL_OPERATION_ENABLE
from npucore_rocket.stream import Barrier, Filler, Start, Strange, Words, Write
from tests.material.rocket import captures

GOLDEN = Path(__file__).parents[1] / "material" / "rocket" / "golden"
CONVOLUTION = GLOBAL_OPERATION_ENABLE(cna_op_en=1, core_op_en=1, dpu_op_en=1, dpu_rdma_op_en=1)
REACHABLE = [unit for unit in BLOCKS if unit.target is not None]


def words(*values: int) -> Words:
    return np.array(values, np.uint64)


def test_a_write_is_target_value_offset() -> None:
    assert stream.write(CNA_CONV_CON3(conv_y_stride=2, conv_x_stride=2)) == 0x0201_00000012_1014


@pytest.mark.parametrize("unit", REACHABLE, ids=lambda unit: unit.name)
def test_every_register_goes_to_the_target_of_its_block(unit: Block) -> None:
    for register in unit.registers:
        assert stream.write(register()) == stream.encode(unit.target or 0, register.offset, 0)


def test_a_register_that_no_stream_reaches_is_refused() -> None:
    with pytest.raises(KeyError):
        stream.write(DDMA_CFG_OUTSTANDING())


@pytest.mark.parametrize(
    ("target", "offset"),
    [(0x0201, 0x4010), (0x0200, 0x1014), (0x0201, 0x2000), (0x0081, 0x1008), (0x0041, 0x0008)],
)
def test_a_target_that_is_not_the_offsets_is_refused(target: int, offset: int) -> None:
    with pytest.raises(ValueError, match="target"):
        stream.encode(target, offset, 0)


@pytest.mark.parametrize("value", [-1, 1 << 32])
def test_a_value_of_more_than_32_bits_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="32 bits"):
        stream.encode(0x0201, 0x1014, value)


def test_the_last_task_has_a_tail_without_a_next() -> None:
    assert stream.tail(CONVOLUTION) == [
        0,
        0x0101_00000000_0014,
        0x0041_00000000_0000,
        0x0081_0000001D_0008,
    ]


def test_a_tail_leads_to_the_next_task() -> None:
    assert stream.tail(CONVOLUTION, 0x1000, 130)[:2] == [
        0x0101_00001000_0010,
        0x0101_00000040_0014,
    ]


def test_a_next_task_off_its_alignment_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 16"):
        stream.tail(CONVOLUTION, 0x1008, 130)


def test_a_task_is_its_writes_and_the_tail() -> None:
    task = stream.task([CNA_CONV_CON3(), CNA_DATA_SIZE0()], CONVOLUTION)
    assert (task.dtype, len(task)) == (np.dtype(np.uint64), 2 + stream.TAIL_WORDS)


@pytest.mark.parametrize(
    ("n_words", "amount"), [(112, 55), (108, 53), (30, 14), (21, 10), (17, 8), (130, 64)]
)
def test_what_is_fetched_is_counted_in_beats_of_two_words(n_words: int, amount: int) -> None:
    assert stream.fetch_amount(n_words) == amount


def test_a_task_without_words_has_no_amount() -> None:
    with pytest.raises(ValueError, match="0 words"):
        stream.fetch_amount(0)


def test_a_decoded_write_names_block_and_register() -> None:
    assert stream.decode(words(0x0201_00000012_1014)) == [
        Write(block("CNA"), CNA_CONV_CON3, 0x1014, 0x12)
    ]


def test_an_offset_without_a_register_is_a_write_all_the_same() -> None:
    assert stream.decode(words(0x0201_00000012_1018)) == [Write(block("CNA"), None, 0x1018, 0x12)]


def test_special_words_are_told_apart() -> None:
    assert stream.decode(words(0, stream.BARRIER, 0x0081_0000000D_0008)) == [
        Filler(),
        Barrier(),
        Start(0x0D),
    ]


@pytest.mark.parametrize(
    ("mask", "blocks"),
    [
        (0x1D, ("CNA", "CORE", "DPU", "DPU_RDMA")),
        (0x18, ("DPU", "DPU_RDMA")),
        (0x60, ("PPU", "PPU_RDMA")),
    ],
)
def test_a_start_names_its_blocks(mask: int, blocks: tuple[str, ...]) -> None:
    assert Start(mask).blocks == blocks


@pytest.mark.parametrize(
    "word", [0x0201_00000000_4010, 0x0401_00000000_2010, 0x0041_00000001_0000, 1 << 63]
)
def test_a_word_that_makes_no_sense_is_strange(word: int) -> None:
    [item] = stream.decode(words(word))
    assert isinstance(item, Strange)


@given(st.lists(st.integers(0, (1 << 64) - 1)))
def test_any_words_survive_decoding(values: list[int]) -> None:
    items = stream.decode(words(*values))
    assert [item.word for item in items] == values


def test_a_stream_is_cut_behind_each_start_and_its_fillers() -> None:
    one = [0x0201_00000012_1014, 0x0081_0000000D_0008]
    parts = stream.split(stream.decode(words(*one, 0, 0, *one)))
    assert [len(part) for part in parts] == [4, 2]


def test_the_golden_task_is_made_again_from_its_registers() -> None:
    lines = (GOLDEN / "mb9.txt").read_text()
    body = [
        item.register.decode(item.value)
        for item in stream.decode(captures.from_text(lines))[: -stream.TAIL_WORDS]
        if isinstance(item, Write) and item.register is not None
    ]
    made = stream.task(body, CONVOLUTION)
    assert captures.to_text(made) == "".join(
        line for line in lines.splitlines(keepends=True) if not line.startswith("#")
    )


def test_captured_tasks_hold_known_registers_without_unknown_bits(shared: Path) -> None:
    for name, task in captures.tasks(shared / "golden" / "rocket"):
        for item in stream.decode(task):
            assert not isinstance(item, Strange), name
            if isinstance(item, Write):
                assert item.register is not None, (name, hex(item.offset))
                assert not item.register.decode(item.value).unknown_bits, (name, item)


def test_captured_tasks_survive_registers_and_fields(shared: Path) -> None:
    for name, task in captures.tasks(shared / "golden" / "rocket"):
        for word, item in zip(task.tolist(), stream.decode(task), strict=True):
            if isinstance(item, Write) and item.register is not None:
                fields = item.register.decode(item.value).field_values()
                assert stream.write(item.register(**fields)) == word, name
            else:
                assert item.word == word, name


def test_the_golden_task_is_the_captured_one(shared: Path) -> None:
    found = dict(captures.tasks(shared / "golden" / "rocket"))["mb9 s0_j0_t0"]
    assert (captures.from_text((GOLDEN / "mb9.txt").read_text()) == found).all()
