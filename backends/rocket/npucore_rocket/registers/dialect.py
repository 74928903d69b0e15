# SPDX-License-Identifier: MIT
"""A chip's words <-> the family's, for a chip that has another set of registers.

Only what the family would say is understood, in exactly the chip's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from npucore.hw.registers import WORD_BITS, WORD_MASK
from npucore_rocket.chip.places import Dialect, Place
from npucore_rocket.registers import OFFSET_IN_BLOCK, block_at, dpu_rdma

Words = npt.NDArray[np.uint64]

TAIL_WORDS = 4
OFFSET_BITS = 16
TARGET_SHIFT = OFFSET_BITS + WORD_BITS
OFFSET_MASK = (1 << OFFSET_BITS) - 1
CHANNEL, USED = dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL, dpu_rdma.DPU_RDMA_RDMA_BRDMA_CFG
EVERYTHING = 7  # of BRDMA_DATA_USE: 8 bytes of each channel, else 4
BEATS = {True: 8, False: 4}
BEAT_BYTES = 8


class DialectError(ValueError):
    """Words that are none of the chip's, or that it has no words for."""


class Codec:
    """One chip's words and the family's."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._places, self._targets = dict(dialect.places), dict(dialect.targets)
        offsets = {code.offset for code in dialect.codes}
        self._codes = {o: [c for c in dialect.codes if c.offset == o] for o in offsets}

    def spoken(self, words: Words) -> tuple[Words, dict[int, int]]:
        """A task in the chip's words, and where in it each register of the family is, by offset.

        Raises `DialectError`.
        """
        values = self._said(_values(words[:-TAIL_WORDS].tolist()))
        body = [self._word(offset, value) for offset, value in values.items()]
        tail = [*words[-TAIL_WORDS:].tolist()]
        tail[-1] |= self.dialect.starts << OFFSET_BITS
        return np.array(body + tail, np.uint64), {offset: i for i, offset in enumerate(values)}

    def understood(self, words: Words) -> Words:
        """Undo `spoken`, addresses or not; registers in the order of their offsets."""
        if words.dtype != np.uint64 or words.ndim != 1 or words.size <= TAIL_WORDS:
            raise DialectError(f"{words.shape} of {words.dtype}, which is no task")
        *body, _, _, _, start = words.tolist()
        said = _values(body)
        if any(self._word(word & OFFSET_MASK, 0) | _value(word) != word for word in body):
            raise DialectError("a word for a block that is not where it says")
        values = self._meant(said)
        started = start >> OFFSET_BITS & self.dialect.starts
        if self._said(values) != said or started != self.dialect.starts:
            raise DialectError("words that are none of this chip's")
        tail = [*words[-TAIL_WORDS:].tolist()]
        tail[-1] &= ~(self.dialect.starts << OFFSET_BITS)
        ordered = [_family_word(offset, values[offset]) for offset in sorted(values)]
        return np.array(ordered + tail, np.uint64)

    def _said(self, values: Mapping[int, int]) -> dict[int, int]:
        said = dict(self.dialect.extras)
        for offset, value in values.items():
            coded = self._coded(offset, value, back=False)
            for place in self._places.get(offset, (Place(offset),)):
                said[place.offset] = said.get(place.offset, 0) | place.put(coded)
        if CHANNEL.offset in values:
            channels = CHANNEL.decode(values[CHANNEL.offset]).channel + 1
            every = USED.decode(values[USED.offset]).brdma_data_use == EVERYTHING
            said[self.dialect.coefficient_words] = channels * BEATS[every] // BEAT_BYTES - 1
        return said

    def _meant(self, said: Mapping[int, int]) -> dict[int, int]:
        mine = {extra.offset for extra in self.dialect.extras} | {self.dialect.coefficient_words}
        elsewhere = {place.offset for places in self._places.values() for place in places}
        raw = {offset: said[offset] for offset in said.keys() - mine - elsewhere}
        for offset, places in self._places.items():
            if all(place.offset in said for place in places):
                raw[offset] = 0
                for place in places:
                    raw[offset] |= place.take(said[place.offset])
        return {offset: self._coded(offset, value, back=True) for offset, value in raw.items()}

    def _coded(self, offset: int, value: int, *, back: bool) -> int:
        for code in self._codes.get(offset, ()):
            pairs = {chip: family for family, chip in code.pairs} if back else dict(code.pairs)
            if value & code.mask not in pairs:
                raise DialectError(f"{value:#x} for {offset:#06x}, which this chip has no word for")
            value = value & ~code.mask | pairs[value & code.mask]
        return value

    def _word(self, offset: int, value: int) -> int:
        base = offset & ~OFFSET_IN_BLOCK
        target = self._targets.get(base)
        if target is None:
            return _family_word(offset, value)
        return target << TARGET_SHIFT | value << OFFSET_BITS | offset


@cache
def codec(dialect: Dialect) -> Codec:
    """That of a dialect."""
    return Codec(dialect)


def _value(word: int) -> int:
    return word & WORD_MASK << OFFSET_BITS


def _values(words: list[int]) -> dict[int, int]:
    return {word & OFFSET_MASK: word >> OFFSET_BITS & WORD_MASK for word in words}


def _family_word(offset: int, value: int) -> int:
    try:
        target = block_at(offset).target
    except KeyError:
        target = None
    if target is None:
        raise DialectError(f"{offset:#06x} is in no block that a stream reaches")
    return target << TARGET_SHIFT | value << OFFSET_BITS | offset
