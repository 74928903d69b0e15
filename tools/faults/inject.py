# SPDX-License-Identifier: MIT
"""Classes of faults: each makes damaged jobs of a good one, and says where the damage is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from npucore_rocket import stream
from npucore_rocket.registers import by_offset
from npucore_rocket.registers.cna import CNA_CBUF_CON0, CNA_FEATURE_DATA_ADDR
from npucore_rocket.registers.cna_decompressor import CNA_DCOMP_ADDR0
from npucore_rocket.registers.dpu import DPU_DST_BASE_ADDR
from npucore_rocket.registers.dpu_lut import DPU_LUT_ACCESS_DATA
from npucore_rocket.registers.dpu_rdma import (
    DPU_RDMA_RDMA_BS_BASE_ADDR,
    DPU_RDMA_RDMA_EW_BASE_ADDR,
    DPU_RDMA_RDMA_SRC_BASE_ADDR,
)
from npucore_rocket.registers.ppu import PPU_DST_BASE_ADDR
from npucore_rocket.registers.ppu_rdma import PPU_RDMA_RDMA_SRC_BASE_ADDR
from npucore_rocket.stream import OFFSET_BITS, OFFSET_MASK, TAIL_WORDS, TARGET_SHIFT, Words
from npucore_rocket.validate import Fetch
from tools.faults.jobs import Job

Damaged = Iterator[tuple[str, Job]]
"""(where, the job): REGISTER.field, or what was done to the stream."""

VALUE_BITS = range(32)
ADDRESSES = (
    CNA_FEATURE_DATA_ADDR,
    CNA_DCOMP_ADDR0,
    DPU_DST_BASE_ADDR,
    DPU_RDMA_RDMA_BS_BASE_ADDR,
    DPU_RDMA_RDMA_SRC_BASE_ADDR,
    DPU_RDMA_RDMA_EW_BASE_ADDR,
    PPU_RDMA_RDMA_SRC_BASE_ADDR,
    PPU_DST_BASE_ADDR,
)
SOURCES = (CNA_FEATURE_DATA_ADDR, DPU_RDMA_RDMA_SRC_BASE_ADDR, PPU_RDMA_RDMA_SRC_BASE_ADDR)
FULL_BANKS = 12
SHAPE = "the shape of the stream"
TWICE = "a write that stands twice"
ORDER = "the order of writes"


def _offsets(words: Words) -> Words:
    offsets: Words = words & np.uint64(OFFSET_MASK)
    return offsets


def _flipped(words: Words, bits: int, places: npt.NDArray[np.bool_]) -> Words:
    damaged = words.copy()
    damaged[places] ^= np.uint64(bits)
    return damaged


def _field(offset: int, bit: int) -> str:
    register = by_offset(offset)
    for name, bits in register.fields.items():
        if bits.lsb <= bit <= bits.msb:
            return f"{register.__name__}.{name}"
    return f"{register.__name__}, no field"


def value_bits(job: Job) -> Damaged:
    """Every bit of every register, in all writes of it."""
    for number, task in enumerate(job.tasks):
        body = np.arange(task.words.size) < task.words.size - TAIL_WORDS
        for offset in dict.fromkeys(_offsets(task.words)[body].tolist()):
            places = body & (_offsets(task.words) == offset)
            for bit in VALUE_BITS:
                words = _flipped(task.words, 1 << OFFSET_BITS + bit, places)
                yield _field(offset, bit), job.with_task(number, words)


def word_bits(job: Job) -> Damaged:
    """Every bit of offset and target, and every bit of the tail and of writes that stand twice."""
    for number, task in enumerate(job.tasks):
        for place in _places(task.words):
            repeated = _repeated(task.words, place)
            whole = repeated or place >= task.words.size - TAIL_WORDS
            where = TWICE if repeated else SHAPE
            places = np.arange(task.words.size) == place
            for bit in range(64):
                if whole or not OFFSET_BITS <= bit < TARGET_SHIFT:
                    yield where, job.with_task(number, _flipped(task.words, 1 << bit, places))


def _places(words: Words) -> list[int]:
    """All but the inner ones of a table's words, which are alike in all that matters."""
    data = _offsets(words) == DPU_LUT_ACCESS_DATA.offset
    inner = data.copy()
    inner[1:-1] &= data[:-2] & data[2:]
    places: list[int] = np.flatnonzero(~inner).tolist()
    return places


def _repeated(words: Words, place: int) -> bool:
    whole: list[int] = words.tolist()
    return whole.count(whole[place]) > 1


def truncated(job: Job) -> Damaged:
    """Fewer words, down to none, from the end and from the beginning."""
    for number, task in enumerate(job.tasks):
        for size in _places(task.words):
            yield SHAPE, job.with_task(number, task.words[:size])
            rest = task.words[task.words.size - size :]
            lost = np.isin(task.words[: task.words.size - size], rest, invert=True).any()
            yield SHAPE if lost else TWICE, job.with_task(number, rest)


def left_out(job: Job) -> Damaged:
    """One word missing, one twice, and one with another's place."""
    for number, task in enumerate(job.tasks):
        words = task.words
        for place in _places(words):
            where = TWICE if _repeated(words, place) else SHAPE
            yield where, job.with_task(number, np.delete(words, place))
            body = place < words.size - TAIL_WORDS
            doubled = np.insert(words, place, words[place])
            yield TWICE if body else SHAPE, job.with_task(number, doubled)
            moved = np.insert(np.delete(words, place), 0, words[place])
            yield ORDER if body else SHAPE, job.with_task(number, moved)


def appended(job: Job) -> Damaged:
    """Words behind the start, and a second start."""
    for number, task in enumerate(job.tasks):
        for more in (0, int(task.words[-1]), int(task.words[0])):
            yield SHAPE, job.with_task(number, np.append(task.words, np.uint64(more)))
        twice = np.concatenate([task.words, task.words])
        yield SHAPE, job.with_task(number, twice)
        start = np.insert(task.words, min(60, task.words.size // 2), task.words[-1])
        yield SHAPE, job.with_task(number, start)


def start_masks(job: Job) -> Damaged:
    """Every other set of blocks."""
    for number, task in enumerate(job.tasks):
        for mask in range(256):
            words = task.words.copy()
            words[-1] = stream.Start(mask).word
            if words[-1] != task.words[-1]:
                yield SHAPE, job.with_task(number, words)


def _set(words: Words, offset: int, value: int) -> Words:
    changed = words.copy()
    places = _offsets(words) == offset
    keep = np.uint64(~(0xFFFFFFFF << OFFSET_BITS) & 0xFFFFFFFFFFFFFFFF)
    changed[places] = (words[places] & keep) | np.uint64(value << OFFSET_BITS)
    return changed


def addresses(job: Job) -> Damaged:
    """Addresses off by a byte, into gaps, over ends, into the other buffers, near 4 GiB."""
    for number, task in enumerate(job.tasks):
        for register in ADDRESSES:
            writes = task.words[_offsets(task.words) == register.offset]
            address = stream.value_and_offset(int(writes[0]))[0] if writes.size else 0
            if not address:  # the task has it not, or uses it not
                continue
            wrong = [address + 1, address + 8, 0, 16, 0xFFFFFFF0]
            for buffer in job.buffers:
                wrong += [buffer.address - 16, buffer.end - 16, buffer.end]
            if register in (DPU_DST_BASE_ADDR, PPU_DST_BASE_ADDR):
                wrong += [buffer.address for buffer in job.buffers if not buffer.writable]
                wrong += [stream.value_and_offset(int(w))[0] for w in _sources(task)]
            for value in wrong:
                words = _set(task.words, register.offset, value & 0xFFFFFFFF)
                yield register.__name__, job.with_task(number, words)


def _sources(task: Fetch) -> Words:
    sources: Words = task.words[np.isin(_offsets(task.words), [r.offset for r in SOURCES])]
    return sources


def banks(job: Job) -> Damaged:
    """All other divisions of the CBUF."""
    for number, task in enumerate(job.tasks):
        writes = task.words[_offsets(task.words) == CNA_CBUF_CON0.offset]
        if not writes.size:
            continue
        old = CNA_CBUF_CON0.decode(stream.value_and_offset(int(writes[0]))[0])
        for data in range(16):
            for weights in range(16):
                new = CNA_CBUF_CON0(
                    data_bank=data, weight_bank=weights, weight_reuse=old.weight_reuse
                )
                if new != old:
                    words = _set(task.words, CNA_CBUF_CON0.offset, new.word)
                    fits = data + weights == FULL_BANKS
                    where = "CNA_CBUF_CON0.data_bank" if fits else "too many or too few banks"
                    yield where, job.with_task(number, words)


def order_of_tasks(job: Job) -> Damaged:
    """Tasks swapped, alone, twice, at another's address."""
    if len(job.tasks) > 1:
        first, *others = job.tasks
        yield "tasks swapped", replace(job, tasks=(*others, first))
        yield "later tasks alone", replace(job, tasks=tuple(others))
    for task in job.tasks:
        odd = replace(task, address=task.address + 8)
        outside = replace(task, address=job.buffers[-1].end)
        for wrong in (odd, outside):
            yield SHAPE, replace(job, tasks=(wrong,))


CLASSES: dict[str, Callable[[Job], Damaged]] = {
    "a bit of a register": value_bits,
    "a bit of an offset, a target or the tail": word_bits,
    "stream cut off": truncated,
    "a word left out, doubled or moved to the front": left_out,
    "words behind the start": appended,
    "start mask": start_masks,
    "address": addresses,
    "banks": banks,
    "tasks": order_of_tasks,
}
