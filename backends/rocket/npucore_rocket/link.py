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
from npucore_rocket.emit import Emission, Kind, Pointer, Write
from npucore_rocket.plan import Task
from npucore_rocket.registers.dialect import codec
from npucore_rocket.registers.global_ import GLOBAL_OPERATION_ENABLE
from npucore_rocket.stream import OFFSET_BITS, Words

CONVOLUTION = GLOBAL_OPERATION_ENABLE(cna_op_en=1, core_op_en=1, dpu_op_en=1, dpu_rdma_op_en=1)


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """One task's words; where *relocations* point, an address is still to be added."""

    words: Words
    relocations: tuple[tuple[int, Address], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """One task's words; None for those that are not written yet."""

    words: list[int | None]
    addresses: dict[int, Address]

    def filled(self, writes: Iterable[Write]) -> Draft:
        """A copy with *writes* in their places."""
        words, addresses = self.words.copy(), self.addresses.copy()
        for write in writes:
            if isinstance(write, Pointer):
                clear, [place] = SLOTS[write.register]
                words[place] = clear
                addresses[place] = write.address
            else:
                clear, places = SLOTS[type(write)]
                for place in places:
                    words[place] = clear | write.word << OFFSET_BITS
        return Draft(words, addresses)

    def code(self) -> Code:
        """The words once all are written; `TypeError` for one that is not."""
        return Code(np.array(self.words, np.uint64), tuple(sorted(self.addresses.items())))


def _slots(order: Sequence[Register | type[Register]]) -> dict[type[Register], Slot]:
    slots: dict[type[Register], Slot] = {}
    for place, entry in enumerate(order):
        if isinstance(entry, type):
            slots.setdefault(entry, (stream.clear(entry), []))[1].append(place)
    return slots


Slot = tuple[int, list[int]]
"""The word that writes 0 to a register, and its places in a task: some are written twice."""

SLOTS = _slots(emit.ORDER)
BODY = [None if isinstance(entry, type) else stream.write(entry) for entry in emit.ORDER]
EMPTY = Draft([*BODY, *stream.tail(CONVOLUTION)], {})
"""A convolution task that no other follows: mainline starts every task itself."""


@functools.cache
def _draft(kind: Kind, chip: Chip) -> Draft:
    return EMPTY.filled(emit.kind(kind, chip))


def assemble(emission: Emission, tasks: Iterable[Task]) -> Iterator[Code]:
    """The words of a layer's tasks."""
    layer = _draft(emission.kind, emission.chip).filled(emit.layer(emission))
    for task in tasks:
        yield _spoken(layer.filled(emit.rows(emission, task)).code(), emission.chip)


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
