# SPDX-License-Identifier: MIT
"""The validator on streams of shapes that our compiler does not make, and before a device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from npucore.family.code import Bytes
from npucore.family.lanes import Lanes
from npucore.family.program import FamilyProgram
from npucore.graph import Graph
from npucore.hw.registers import Register
from npucore_rocket import stream
from npucore_rocket.chip import RK3588
from npucore_rocket.device import Job as DeviceJob
from npucore_rocket.image import RocketImage
from npucore_rocket.link import Code
from npucore_rocket.lower import layer as lower
from npucore_rocket.plan import planned
from npucore_rocket.program import compile_graph
from npucore_rocket.registers import BLOCKS, by_name
from npucore_rocket.registers.cna import CNA_S_POINTER
from npucore_rocket.registers.ppu import PPU_S_POINTER
from npucore_rocket.stream import OFFSET_MASK, TARGET_SHIFT, Start, Words
from npucore_rocket.validate import validate_job
from npucore_rocket.validate.error import StreamError
from tests.material.rocket.damage import changed, value, with_fields
from tools.faults.count import refused
from tools.faults.jobs import Job, convolution, good_jobs

CONVOLUTION, DEPTHWISE, *_, TWO_TASKS = good_jobs()
RDMA = next(block.target for block in BLOCKS if block.name == "DPU_RDMA")
NO_BIAS = 0x53  # BS_CFG with everything bypassed, as in the vendor's tasks that start with 0x0d


def with_words(words: Words) -> Job:
    return CONVOLUTION.with_task(0, words)


def words_of(job: Job = CONVOLUTION) -> Words:
    return job.tasks[0].words


def without_readers() -> Words:
    """The words for a task that reads no bias."""
    every = words_of()
    words: Words = every[every >> np.uint64(TARGET_SHIFT) != RDMA]
    bs = by_name("DPU_BS_CFG")
    words[words & np.uint64(OFFSET_MASK) == bs.offset] = stream.write(bs.decode(NO_BIAS))
    words[-1] = Start(0x0D).word
    return words


def message(job: Job) -> str:
    error = refused(job)
    assert error is not None
    return str(error)


def with_tail(number: int, word: int) -> Words:
    """Another word in the tail of four."""
    words = words_of().copy()
    words[number] = word
    return words


def inserted(place: int, *more: int) -> Words:
    return np.insert(words_of(), place, np.array(more, np.uint64))


def pointer_behind() -> Words:
    """DPU_S_POINTER stands at the end of the writes."""
    words = words_of()
    pointer = words & np.uint64(OFFSET_MASK) == by_name("DPU_S_POINTER").offset
    return np.concatenate([words[:-4][~pointer[:-4]], words[pointer], words[-4:]])


NEXT = by_name("PC_BASE_ADDRESS")
AMOUNT = by_name("PC_REGISTER_AMOUNTS")
BARRIER_WORD = 0x0041 << 48


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (words_of()[-4:], "the stream is 4 words, but a task has 5 to 131072"),
        (np.zeros(131073, np.uint64), "the stream is 131073 words, but a task has 5 to 131072"),
        (words_of()[:-1], "the last word is 0x0041000000000000, but a task ends with its start"),
        (with_tail(-2, 0), "the last word but one is 0x0000000000000000, but a barrier stands"),
        (with_tail(-1, Start(0x0C).word), "the start mask is 0xc, but 0x0d, 0x1d, 0x18 and 0x60"),
        (
            with_tail(-4, stream.write(NEXT.decode(8))),
            "PC_BASE_ADDRESS is 0x8, but words lie at multiples of 16",
        ),
        (with_tail(-4, BARRIER_WORD), "the fourth word from the end is 0x0041000000000000, but a"),
        (
            with_tail(-3, stream.write(NEXT())),
            "the third word from the end is 0x0101000000000010, but a tail has PC_REGISTER_AMOUNTS",
        ),
        (
            with_tail(-3, stream.write(AMOUNT.decode(7))),
            "PC_REGISTER_AMOUNTS is 7, but the next task takes 0",
        ),
        (inserted(3, BARRIER_WORD), "word 3 is a barrier, but that belongs into the last four"),
        (inserted(3, 0), "word 3 is a filler, but that belongs into the last four words"),
        (inserted(3, 0x0201 << 48 | 0x1FFC), "word 3 is 0x0201000000001ffc, but no register is"),
        (inserted(3, 0x0401 << 48 | 0x1010), "word 3 is 0x0401000000001010, but "),
        (pointer_behind(), "DPU_S_POINTER is not the first write to its block, but it selects"),
    ],
)
def test_a_stream_out_of_shape_is_refused(words: Words, sentence: str) -> None:
    assert message(with_words(words)).startswith(f"task 0: {sentence}")


def test_bits_that_belong_to_no_field_are_refused() -> None:
    bad = changed(CONVOLUTION, CNA_CONV_CON3=value(CONVOLUTION, "CNA_CONV_CON3") | 1 << 31)
    assert message(bad) == (
        "task 0: CNA_CONV_CON3 is 0x80000009, but its bits 0x80000000 belong to no field"
    )


def test_an_addend_in_a_depthwise_task_is_refused() -> None:
    bad = with_fields(DEPTHWISE, {"DPU_RDMA_RDMA_ERDMA_CFG.erdma_disable": 0})
    assert message(bad) == (
        "task 0: DPU_RDMA_RDMA_ERDMA_CFG.erdma_disable is 0, but a sibling read wrong addends in "
        "depthwise tasks"
    )


def test_a_task_without_bias_needs_no_readers() -> None:
    with_words(without_readers()).check()


def test_registers_of_a_block_that_is_not_started_are_refused() -> None:
    words = words_of().copy()
    words[-1] = Start(0x0D).word
    assert "DPU_RDMA is not started" in message(with_words(words))


def test_a_bias_without_its_reader_is_refused() -> None:
    words = without_readers()
    bs = by_name("DPU_BS_CFG")
    keep = words_of()[words_of() & np.uint64(OFFSET_MASK) == bs.offset]
    words[words & np.uint64(OFFSET_MASK) == bs.offset] = keep
    assert "DPU_BS_CFG" in message(with_words(words))


@pytest.mark.parametrize("mask", [0x18, 0x60])
def test_a_convolution_without_its_blocks_is_refused(mask: int) -> None:
    words = words_of().copy()
    words[-1] = Start(mask).word
    assert message(with_words(words)) == "task 0: word 0 is CNA_CBUF_CON0, but CNA is not started"


@pytest.mark.parametrize("register", [PPU_S_POINTER, CNA_S_POINTER], ids=lambda r: r.__name__)
def test_a_register_that_no_such_task_writes_is_refused(register: type[Register]) -> None:
    more = np.insert(words_of(), 3, np.uint64(stream.write(register())))
    assert f"word 3 is {register.__name__}" in message(with_words(more))


def test_a_register_that_is_not_written_is_named() -> None:
    offset = by_name("CNA_FC_CON1").offset
    fewer = words_of()[words_of() & np.uint64(OFFSET_MASK) != offset]
    assert message(with_words(fewer)).startswith("task 0: CNA_FC_CON1 is not written")


def test_a_register_with_two_values_is_refused() -> None:
    other = stream.write(by_name("CNA_CBUF_CON0").decode(0x2A))
    assert "0x2a, then" in message(with_words(np.insert(words_of(), 0, np.uint64(other))))


def named_next(job: Job, address: int, n_words: int) -> Job:
    words = job.tasks[0].words.copy()
    base, amount = by_name("PC_BASE_ADDRESS"), by_name("PC_REGISTER_AMOUNTS")
    words[-4] = stream.write(base.decode(address))
    words[-3] = stream.write(amount.decode(stream.fetch_amount(n_words)))
    return job.with_task(0, words)


def test_a_tail_may_name_the_next_task_and_nothing_else() -> None:
    following = TWO_TASKS.tasks[1]
    n_words = following.words.size
    named_next(TWO_TASKS, following.address, n_words).check()
    assert "next task is at" in message(named_next(TWO_TASKS, following.address + 16, n_words))
    assert "next task takes 64" in message(named_next(TWO_TASKS, following.address, n_words + 2))
    assert "no task follows" in message(named_next(CONVOLUTION, following.address, n_words))


def test_the_next_of_three_tasks_is_the_second() -> None:
    first, second = TWO_TASKS.tasks
    three = replace(TWO_TASKS, tasks=(first, second, first))
    named_next(three, second.address, second.words.size).check()


def test_weights_are_kept_only_by_a_task_with_the_same_ones() -> None:
    words = TWO_TASKS.tasks[1].words.copy()
    offset = by_name("CNA_DCOMP_ADDR0").offset
    places = words & np.uint64(OFFSET_MASK) == offset
    words[places] += np.uint64(64 << stream.OFFSET_BITS)
    error = message(TWO_TASKS.with_task(1, words))
    assert error.startswith("task 1: CNA_CBUF_CON0.weight_reuse is 1, but CNA_DCOMP_ADDR0")


def test_an_access_above_4_gib_is_refused() -> None:
    *others, activations, commands = CONVOLUTION.buffers
    high = replace(activations, address=0xFFFFF000, size_bytes=1 << 16)
    words = words_of().copy()
    register = by_name("DPU_DST_BASE_ADDR")
    places = words & np.uint64(OFFSET_MASK) == register.offset
    words[places] = stream.write(register.decode(0xFFFFF000))
    buffers = (*others, activations, commands, high)
    assert "above 4 GiB" in message(replace(with_words(words), buffers=buffers))


def test_words_outside_all_buffers_are_refused() -> None:
    buffers = CONVOLUTION.buffers[:-1]
    assert "begin in no buffer" in message(replace(CONVOLUTION, buffers=buffers))


@pytest.mark.parametrize("dtype", [np.int64, np.uint8], ids=["int64", "uint8"])
def test_words_of_another_dtype_are_refused(dtype: type) -> None:
    with pytest.raises(StreamError, match="words are uint64"):
        validate_job(with_words(words_of().astype(dtype)).tasks, CONVOLUTION.buffers, RK3588)


class Recorder:
    """A device that only remembers."""

    def __init__(self) -> None:
        self.submitted = 0
        self.end = 0x1000

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        address, self.end = self.end, self.end + size_bytes // 4096 * 4096 + 8192
        return address, np.zeros(size_bytes, np.uint8)

    def prepare(self, jobs: Sequence[DeviceJob], read_back: Sequence[int] = ()) -> Recorder:
        self.submitted += 1
        return self

    def start(self) -> None: ...

    def finish(self) -> None: ...

    def free(self, addresses: Sequence[int]) -> None: ...

    def clock_ns(self) -> int:
        return 0

    def close(self) -> None: ...


def test_a_program_with_a_bad_task_is_never_made() -> None:
    op = convolution((9, 10, 24), 40, 3)
    graph = Graph((op,), op.inputs[:1], op.outputs)
    compiled = compile_graph(graph, {0: planned(lower(op, graph, RK3588), RK3588)}, RK3588)
    FamilyProgram(RocketImage, compiled, Lanes(Recorder))
    task = compiled.jobs[0][0]
    bad = replace(task, code=Code(task.code.words[:-1], task.code.relocations))
    device = Recorder()
    with pytest.raises(StreamError, match="a task ends with its start word"):
        FamilyProgram(RocketImage, replace(compiled, jobs=((bad,),)), Lanes(lambda: device))
    assert device.submitted == 0


def test_words_written_over_others_are_found_in_memory() -> None:
    op = convolution((112, 112, 32), 64, 1)
    graph = Graph((op,), op.inputs[:1], op.outputs)
    compiled = compile_graph(graph, {0: planned(lower(op, graph, RK3588), RK3588)}, RK3588)
    first, second = compiled.jobs[0]
    bad = (first, replace(second, offset=first.offset + 64))
    with pytest.raises(StreamError):
        FamilyProgram(RocketImage, replace(compiled, jobs=(bad,)), Lanes(Recorder))
