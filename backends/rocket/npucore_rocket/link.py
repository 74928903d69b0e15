# SPDX-License-Identifier: MIT
"""Emitted writes -> words with holes for addresses -> words."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from npucore.hw.registers import Register
from npucore_rocket import emit, stream
from npucore_rocket.emit import Address, Emission, Kind, Pointer, Write
from npucore_rocket.plan import Task
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
        """This, with *writes* in their places."""
        words, addresses = self.words.copy(), self.addresses.copy()
        for write in writes:
            if isinstance(write, Pointer):
                [place] = PLACES[write.register]
                words[place] = stream.write(write.register())
                addresses[place] = write.address
            else:
                word = stream.write(write)
                for place in PLACES[type(write)]:
                    words[place] = word
        return Draft(words, addresses)

    def code(self) -> Code:
        """The words once all are written; `TypeError` for one that is not."""
        return Code(np.array(self.words, np.uint64), tuple(sorted(self.addresses.items())))


def _places(order: Sequence[Register | type[Register]]) -> dict[type[Register], list[int]]:
    """Where the registers go that are filled in: some are written twice."""
    places: dict[type[Register], list[int]] = {}
    for place, entry in enumerate(order):
        if isinstance(entry, type):
            places.setdefault(entry, []).append(place)
    return places


PLACES = _places(emit.ORDER)
EMPTY = Draft(
    [None if isinstance(e, type) else stream.write(e) for e in emit.ORDER]
    + stream.tail(CONVOLUTION),
    {},
)
"""A convolution task that no other follows: mainline starts every task itself."""


@functools.cache
def _draft(kind: Kind) -> Draft:
    return EMPTY.filled(emit.kind(kind))


def assemble(emission: Emission, tasks: Iterable[Task]) -> Iterator[Code]:
    """The words of a layer's tasks."""
    layer = _draft(emission.kind).filled(emit.layer(emission))
    for task in tasks:
        yield layer.filled(emit.rows(emission, task)).code()


def link(code: Code, bases: Mapping[str, int]) -> Words:
    """The words for buffers at these addresses."""
    words = code.words.copy()
    for place, address in code.relocations:
        words[place] |= np.uint64(bases[address.buffer] + address.offset << OFFSET_BITS)
    return words
