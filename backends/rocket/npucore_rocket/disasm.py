# SPDX-License-Identifier: MIT
"""Words -> text and `Listing`: nothing is left out, and what is not known is said.

For people the entries of a look-up table share a line; a `Listing` has each of its words.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from npucore.contract.listing import ListedAddress, ListedTask, ListedWord, Listing
from npucore.errors import InputError
from npucore.hw.registers import Register
from npucore.tensor import Array
from npucore_rocket import stream
from npucore_rocket.registers.cna import (
    CNA_CONV_CON1,
    CNA_DATA_SIZE0,
    CNA_DATA_SIZE1,
    CNA_DATA_SIZE3,
    CNA_FEATURE_DATA_ADDR,
    CNA_WEIGHT_SIZE2,
)
from npucore_rocket.registers.cna_decompressor import CNA_DCOMP_ADDR0
from npucore_rocket.registers.dpu import DPU_DST_BASE_ADDR
from npucore_rocket.registers.dpu_lut import DPU_LUT_ACCESS_DATA
from npucore_rocket.registers.global_ import GLOBAL_OPERATION_ENABLE
from npucore_rocket.registers.ppu import PPU_DST_BASE_ADDR, PPU_POOLING_KERNEL_CFG
from npucore_rocket.stream import Barrier, Filler, Item, Start, Strange, Words, Write

CAPTURED = re.compile(r"s(\d+)_j(\d+)_t(\d+)")  # submit, job, task
ADDRESS = re.compile(r"(base|source|press)_addr")
WORD_BYTES = 8
TELLING = (
    CNA_CONV_CON1,
    CNA_DATA_SIZE0,
    CNA_DATA_SIZE1,
    CNA_DATA_SIZE3,
    CNA_WEIGHT_SIZE2,
    CNA_FEATURE_DATA_ADDR,
    CNA_DCOMP_ADDR0,
    DPU_DST_BASE_ADDR,
    PPU_POOLING_KERNEL_CFG,
    PPU_DST_BASE_ADDR,
)
"""The registers that say the most of a task: mode, sizes and addresses."""


def disassemble(arrays: Mapping[str, Array]) -> Listing:
    """The tasks in *arrays*: bytes of a file, or words.

    Of a capture's many arrays only those named ``s<submit>_j<job>_t<task>`` are tasks; jobs are
    counted through all submits. Any other stream is one job. Raises `InputError` for what holds no
    words of this NPU.
    """
    captured = {name: tuple(map(int, m.groups())) for name in arrays if (m := _match(name))}
    if captured:
        jobs = sorted({place[:2] for place in captured.values()})
        ordered = sorted(captured.items(), key=lambda entry: entry[1])
        tasks = [
            _task(jobs.index(place[:2]), items, name)
            for name, place in ordered
            for items in stream.split(_items(arrays[name], name))
        ]
    elif len(arrays) == 1:
        name, array = next(iter(arrays.items()))
        tasks = [_task(0, items, name) for items in stream.split(_items(array, name))]
    else:
        raise InputError(f"no array is called s<submit>_j<job>_t<task>, but {_some(arrays)}")
    return Listing(tuple(tasks))


def _match(name: str) -> re.Match[str] | None:
    return CAPTURED.fullmatch(name)


def _some(names: Mapping[str, Array]) -> str:
    listed = [*names][:5]
    return ", ".join(listed) + (", ..." if len(names) > len(listed) else "") or "there is none"


def _items(array: Array, name: str) -> list[Item]:
    words = _words(array, f"{name}: " if name else "")
    items = stream.decode(words)
    if not any(isinstance(item, Write | Start | Barrier) for item in items):
        raise InputError(f"none of the {len(items)} words is one of such an NPU's")
    return items


def _words(array: Array, where: str) -> Words:
    if array.size == 0:
        raise InputError(f"{where}no words")
    if array.ndim != 1:
        raise InputError(f"{where}words in {array.ndim} dimensions, wanted one")
    if array.dtype == np.uint8:
        if array.size % WORD_BYTES:
            raise InputError(f"{where}{array.size} bytes, wanted a multiple of {WORD_BYTES}")
        return np.ascontiguousarray(array).view("<u8").astype(np.uint64)
    if array.dtype != np.uint64:
        raise InputError(f"{where}{array.dtype} values, wanted uint64")
    return array.astype(np.uint64)


def _task(job: int, items: Sequence[Item], name: str) -> ListedTask:
    origin = f" ({name})" if name else ""
    task = list_task(job, None, items, {})
    return replace(task, lines=(f"job {job}{origin}: {task.lines[0]}", *task.lines[1:]))


def list_task(
    job: int, op: int | None, items: Sequence[Item], addresses: Mapping[int, ListedAddress]
) -> ListedTask:
    """The words of one task; *addresses* are those that will be added, by their word's index."""
    started = [block for item in items if isinstance(item, Start) for block in item.blocks]
    starts = f"starts {' '.join(started)}" if started else "starts nothing"
    words = [replace(_listed(item), address=addresses.get(i)) for i, item in enumerate(items)]
    lines = _lines(items, words)
    return ListedTask(job, op, tuple(words), (f"{len(items)} words, {starts}", *lines))


def _lines(items: Sequence[Item], words: Sequence[ListedWord]) -> Iterator[str]:
    """One for each word, or for each run of a table's entries."""
    pairs = enumerate(zip(items, words, strict=True))
    for entries, run in itertools.groupby(pairs, lambda pair: _is_entry(pair[1][0])):
        block = list(run)
        if entries and len(block) > 1:
            yield _run_of_entries(block[0][0], [pair[1] for _, pair in block])
        else:
            yield from (_line(index, *pair) for index, pair in block)


def _is_entry(item: Item) -> bool:
    return isinstance(item, Write) and item.register is DPU_LUT_ACCESS_DATA


def _run_of_entries(index: int, entries: Sequence[ListedWord]) -> str:
    values = [entry.fields["lut_access_data"] for entry in entries]
    first = entries[0]
    place = f"{first.block or '':<8}  {first.register or '':<22}  {first.offset:#06x}"
    return f"{index:4}  {place}  {len(values)} entries from {values[0]} to {values[-1]}"


def _line(index: int, item: Item, listed: ListedWord) -> str:
    register = listed.register or "?"
    place = f"{listed.block or '':<8}  {register:<22}  {listed.offset:#06x}  {listed.value:#010x}"
    remarks = [*_remarks(item)]
    if (address := listed.address) is not None:
        remarks.append(f"+ {address.buffer}[{address.offset:#x}]")
    return f"{index:4}  {place}  {' '.join(remarks)}".rstrip()


def _remarks(item: Item) -> Iterator[str]:
    match item:
        case Strange(word=word, reason=reason):
            yield f"{word:#018x}: {reason}"
        case Start(mask=mask, blocks=blocks):
            yield from blocks
            yield from _unknown_bits(GLOBAL_OPERATION_ENABLE.decode(mask))
        case Write(register=None):
            yield "unknown register"
        case Write(register=kind, value=value) if kind is not None:
            register = kind.decode(value)
            yield from _fields(register)
            yield from _unknown_bits(register)


def _fields(register: Register) -> Iterator[str]:
    for name, value in register.field_values().items():
        if value:
            meaning = register.fields[name].values.get(value)
            shown = hex(value) if ADDRESS.search(name) else str(value)
            yield f"{name}={shown}" + (f" ({meaning})" if meaning else "")


def _unknown_bits(register: Register) -> Iterator[str]:
    if register.unknown_bits:
        yield f"unknown bits {register.unknown_bits:#x}"


def _listed(item: Item) -> ListedWord:
    match item:
        case Write(block=block, register=None, offset=offset, value=value):
            return ListedWord(block.name, None, offset, value, {})
        case Write(block=block, register=kind, offset=offset, value=value) if kind is not None:
            fields = kind.decode(value).field_values()
            return ListedWord(block.name, block.short(kind), offset, value, fields)
        case Start(mask=mask):
            fields = GLOBAL_OPERATION_ENABLE.decode(mask).field_values()
            return ListedWord(None, "start", stream.START_OFFSET, mask, fields)
        case Filler() | Barrier():
            return ListedWord(None, type(item).__name__.lower(), 0, 0, {})
    value, offset = stream.value_and_offset(item.word)
    return ListedWord(None, None, offset, value, {})


def telling(words: Words) -> Iterator[str]:
    """Those of `TELLING` that a task writes, as ``REGISTER=value``."""
    for item in stream.decode(words):
        if isinstance(item, Write) and item.register in TELLING:
            yield f"{item.register.__name__}={item.value:#x}"
