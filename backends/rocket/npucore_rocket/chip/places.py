# SPDX-License-Identifier: MIT
"""How a chip of the family has its registers, where that is not as the others have it: data alone.

What compiles, judges and simulates knows one set of registers, the family's. By a `Dialect` the
family's words become the chip's, and the chip's the family's: see `registers.dialect`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

WORD_MASK = (1 << 32) - 1


class Place(NamedTuple):
    """Where the chip has a register's bits: those of *mask*, shifted left by *left*.

    The highest one of a number that is *signed* is its sign.
    """

    offset: int
    mask: int = WORD_MASK
    left: int = 0
    signed: bool = False

    def put(self, value: int) -> int:
        """The family's bits, where the chip has them.

        >>> hex(Place(0x1068, 0xffff, 16, signed=True).put(0xffffff80))
        '0xff800000'
        """
        kept = value & self.mask
        return kept << self.left if self.left >= 0 else kept >> -self.left

    def take(self, value: int) -> int:
        """Undo `put`.

        >>> hex(Place(0x1068, 0xffff, 16, signed=True).take(0xff800011))
        '0xffffff80'
        """
        back = (value >> self.left if self.left >= 0 else value << -self.left) & self.mask
        negative = self.signed and back > self.mask >> 1
        return back | (WORD_MASK & ~self.mask) if negative else back


class Code(NamedTuple):
    """*pairs* of what family and chip have under *mask* of the family's register at *offset*."""

    offset: int
    mask: int
    pairs: tuple[tuple[int, int], ...]


class Extra(NamedTuple):
    """A register that the family does not have, and what it holds."""

    offset: int
    value: int


@dataclass(frozen=True, slots=True)
class Dialect:
    """One chip's.

    Parameters
    ----------
    places
        By a register's offset: where the chip has it, in one or several places, or in none if it
        is always 0. Others are where they are.
    codes
        What is encoded differently.
    extras
        What stands before all else.
    coefficient_words
        Where the chip is told how many words of 8 bytes the coefficients have, less one.
    targets
        Of blocks that the family does not have, by their base.
    starts
        What is started besides.
    """

    places: tuple[tuple[int, tuple[Place, ...]], ...]
    codes: tuple[Code, ...]
    extras: tuple[Extra, ...]
    coefficient_words: int
    targets: tuple[tuple[int, int], ...]
    starts: int
