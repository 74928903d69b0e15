# SPDX-License-Identifier: MIT
"""Emitted writes -> words with holes for addresses -> words."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from npucore.family.code import Address
from npucore.hw.registers import Register
from npucore_rocket import emit, stream
from npucore_rocket.chip import Chip
from npucore_rocket.emit import Emission, Kind, Pointer, Write, flying, pool
from npucore_rocket.emit.dpu import TABLE_PORT
from npucore_rocket.emit.flying import Places
from npucore_rocket.layout import Int16s
from npucore_rocket.lower.pointwise import Pointwise
from npucore_rocket.lower.pool_task import PoolTask
from npucore_rocket.plan import Task
from npucore_rocket.registers.dialect import codec
from npucore_rocket.registers.dpu_lut import DPU_LUT_ACCESS_CFG, DPU_LUT_ACCESS_DATA
from npucore_rocket.registers.global_ import GLOBAL_OPERATION_ENABLE
from npucore_rocket.stream import OFFSET_BITS, Words

CONVOLUTION = GLOBAL_OPERATION_ENABLE(cna_op_en=1, core_op_en=1, dpu_op_en=1, dpu_rdma_op_en=1)
FLYING = GLOBAL_OPERATION_ENABLE(dpu_op_en=1, dpu_rdma_op_en=1)
LOAD_LE, LOAD_LO = (
    stream.write(DPU_LUT_ACCESS_CFG(lut_access_type=1, lut_table_id=number)) for number in (0, 1)
)

POOLING = GLOBAL_OPERATION_ENABLE(ppu_op_en=1, ppu_rdma_op_en=1)
Entry = Register | type[Register]
Slot = tuple[int, list[int]]
"""The word that writes 0 to a register, and its places in a task: some are written twice."""


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """One task's words; where *relocations* point, an address is still to be added."""

    words: Words
    relocations: tuple[tuple[int, Address], ...]


class Form:
    """The order of a kind of task: what never changes, and the classes of what is filled in.

    No other task follows: mainline starts every task itself.
    """

    def __init__(self, order: Sequence[Entry], start: GLOBAL_OPERATION_ENABLE) -> None:
        body = [None if isinstance(entry, type) else stream.write(entry) for entry in order]
        self.empty: list[int | None] = [*body, *stream.tail(start)]
        self.slots: dict[type[Register], Slot] = {}
        for place, entry in enumerate(order):
            if isinstance(entry, type):
                self.slots.setdefault(entry, (stream.clear(entry), []))[1].append(place)


CONVOLUTION_FORM = Form(emit.ORDER, CONVOLUTION)
LOOKED_UP = Form([entry for entry in emit.ORDER if entry not in TABLE_PORT], CONVOLUTION)
POINTERS = (emit.DPU_POINTER, emit.RDMA_POINTER)
FLYING_FORM = Form((*POINTERS, *flying.WITHOUT_TABLE), FLYING)
POOL_FORM = Form(pool.ORDER, POOLING)
TABLE_FORM = Form((*POINTERS, *flying.WITH_TABLE), FLYING)


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """One task's words; None for those that are not written yet."""

    form: Form
    words: list[int | None]
    addresses: dict[int, Address]

    def filled(self, writes: Iterable[Write]) -> Draft:
        """A copy with *writes* in their places."""
        words, addresses, slots = self.words.copy(), self.addresses.copy(), self.form.slots
        for write in writes:
            if isinstance(write, Pointer):
                clear, [place] = slots[write.register]
                words[place] = clear
                addresses[place] = write.address
            else:
                clear, places = slots[type(write)]
                for place in places:
                    words[place] = clear | write.word << OFFSET_BITS
        return Draft(self.form, words, addresses)

    def code(self) -> Code:
        """The words once all are written; `TypeError` for one that is not."""
        return Code(np.array(self.words, np.uint64), tuple(sorted(self.addresses.items())))


def empty(form: Form) -> Draft:
    """A draft in which no word is written yet."""
    return Draft(form, form.empty, {})


@functools.cache
def _draft(kind: Kind, chip: Chip) -> Draft:
    form = LOOKED_UP if kind.looked_up else CONVOLUTION_FORM
    return empty(form).filled(emit.kind(kind, chip))


def assemble(emission: Emission, tasks: Iterable[Task]) -> Iterator[Code]:
    """The words of a layer's tasks."""
    layer = _draft(emission.kind, emission.chip).filled(emit.layer(emission))
    table = emission.layer.table
    for task in tasks:
        code = layer.filled(emit.rows(emission, task)).code()
        code = code if table is None else _with_table(code, table, len(emit.PROLOGUE))
        yield _spoken(code, emission.chip)


def assemble_pointwise(step: Pointwise, places: Places, chip: Chip) -> Iterator[Code]:
    """The words of the tasks of a step of the DPU alone. With a table, every task loads it."""
    form = FLYING_FORM if step.table is None else TABLE_FORM
    layer = empty(form).filled(flying.layer(step, chip))
    for part in step.parts:
        code = layer.filled(flying.part(part, places, chip, for_all=step.for_all)).code()
        yield code if step.table is None else _with_table(code, step.table, len(POINTERS))


def assemble_pool(step: PoolTask, ends: pool.Ends, chip: Chip) -> Iterator[Code]:
    """The words of the pooling unit's only task."""
    yield empty(POOL_FORM).filled(pool.task(step, ends, chip)).code()


def _with_table(code: Code, table: Int16s, head: int) -> Code:
    """The table stands behind the first words, of which the pointers select its registers."""
    entries = table.astype(np.int32).view(np.uint32).astype(np.uint64) << np.uint64(OFFSET_BITS)
    data = entries | np.uint64(stream.clear(DPU_LUT_ACCESS_DATA))
    loads = np.array([LOAD_LE, LOAD_LO], np.uint64)[:, None]
    loading = np.concatenate([loads, data], axis=1).reshape(-1)
    words = np.concatenate([code.words[:head], loading, code.words[head:]])
    moved = tuple(
        (place + loading.size * (place >= head), address) for place, address in code.relocations
    )
    return Code(words, moved)


def _spoken(code: Code, chip: Chip) -> Code:
    """In the chip's words."""
    if chip.dialect is None:
        return code
    words, places = codec(chip.dialect).spoken(code.words)
    offsets = [stream.value_and_offset(int(code.words[place]))[1] for place, _ in code.relocations]
    addresses = (address for _, address in code.relocations)
    holes = zip((places[offset] for offset in offsets), addresses, strict=True)
    return Code(words, tuple(sorted(holes)))


def link(code: Code, bases: Mapping[str, int]) -> Words:
    """The words for buffers at these addresses."""
    words = code.words.copy()
    for place, address in code.relocations:
        words[place] |= np.uint64(address.at(bases) << OFFSET_BITS)
    return words
