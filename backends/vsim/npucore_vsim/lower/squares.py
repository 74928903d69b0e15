# SPDX-License-Identifier: MIT
"""Products of two stored bytes as sums of look-ups: ``4ab = (a + b)**2 - (a - b)**2``.

A sum of two bytes is two bytes that saturate one after the other, and exact; so is a difference.
The square of either is a function of both its bytes, each by itself, and is looked up in steps
finer than the output's, again in bytes that saturate one after the other. `error` is taken over
all 65,536 pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import NamedTuple

import numpy as np

from npucore.errors import UnsupportedError
from npucore_vsim.tables import BYTES, Float64s, Table, fit

LARGEST = 255
FINENESS = (2, 4, 8)  # steps for each LSB of the output; powers of 2 are exact multipliers
MOST_ERROR = 0.95  # LSB, before the output is rounded
MOST_LOOKUPS = 32  # of which each reads and writes the whole map

Function = Callable[[Float64s], Float64s]


class Segment(NamedTuple):
    """A byte of the sum or the difference: ``clip(a + sign * b + start, 0, 255)``."""

    sign: int
    start: int

    def __call__(self, a: Float64s, b: Float64s) -> Float64s:
        """Of stored bytes."""
        return np.clip(a + self.sign * b + self.start, 0, LARGEST)


SEGMENTS = (Segment(1, 0), Segment(1, -LARGEST), Segment(-1, LARGEST), Segment(-1, 0))


class Piece(NamedTuple):
    """A look-up of one of `SEGMENTS`, which counts with its sign."""

    segment: int
    table: Table


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """Output LSB above the zero point: ``constant + sum(sign * piece) / fineness``.

    *error* is by how much, before it is rounded, the output is off in the worst of all pairs.
    """

    pieces: tuple[Piece, ...]
    fineness: int
    constant: float
    error: float


def product(scale: float, zeros: tuple[int, int, int]) -> Product:
    """``scale * (a - zeros[0]) * (b - zeros[1])`` of stored bytes, kept in a byte by zeros[2].

    Raises `UnsupportedError` if no number of look-ups comes within an LSB for every pair.
    """
    least = float("inf")
    for fineness in FINENESS:
        ranges = [_range(function, n) for n, function in _functions(fineness * scale / 4, zeros)]
        count = sum(each.bytes for each in ranges)
        if count > MOST_LOOKUPS:
            missed = "" if least == float("inf") else f"; fewer miss by {least:.2f} LSB"
            raise UnsupportedError(
                f"a product that takes {count} look-ups of squares, at most {MOST_LOOKUPS}{missed}"
            )
        found = _in_steps(fineness, ranges, scale, zeros)
        if found.error <= MOST_ERROR:
            return found
        least = min(least, found.error)
    raise UnsupportedError(f"a product that look-ups of squares miss by {least:.2f} LSB")


class _Range(NamedTuple):
    """A segment's function, the step at which its first byte begins, and how many bytes it takes.

    Where the function stays while the other byte moves, it is a whole number of steps from *start*.
    """

    segment: int
    function: Function
    start: float
    bytes: int


def _range(function: Function, segment: int) -> _Range:
    values = function(BYTES)
    kept = values[0 if segment % 2 else LARGEST]
    start = float(kept) - ceil(float(kept - values.min()))
    return _Range(segment, function, start, ceil(float(values.max() - start) / LARGEST))


def _in_steps(
    fineness: int, ranges: list[_Range], scale: float, zeros: tuple[int, int, int]
) -> Product:
    pieces = tuple(
        Piece(each.segment, _table(each.function, each.start + LARGEST * n))
        for each in ranges
        for n in range(each.bytes)
    )
    constant = sum(SEGMENTS[each.segment].sign * each.start for each in ranges) / fineness
    made = Product(pieces, fineness, constant, 0.0)
    return replace(made, error=_error(made, scale, zeros))


def _functions(factor: float, zeros: tuple[int, int, int]) -> Iterator[tuple[int, Function]]:
    """Steps that each segment adds: squares of its values, from where it begins on."""
    a, b, _ = zeros
    for number, origin in ((0, -a - b), (2, -a + b - LARGEST)):

        def first(x: Float64s, origin: int = origin) -> Float64s:
            value: Float64s = factor * (x + origin) ** 2
            return value

        def second(x: Float64s, origin: int = origin + LARGEST) -> Float64s:
            value: Float64s = factor * ((x + origin) ** 2 - origin**2)
            return value

        yield number, first
        yield number + 1, second


def _table(function: Function, start: float) -> Table:
    return fit(lambda x: function(x) - start, 0, 0)


def _error(made: Product, scale: float, zeros: tuple[int, int, int]) -> float:
    a, b = BYTES[:, None], BYTES[None, :]
    reached = np.full((BYTES.size, BYTES.size), made.constant + zeros[2])
    for piece in made.pieces:
        segment = SEGMENTS[piece.segment]
        looked_up = piece.table(BYTES)[segment(a, b).astype(np.int64)]
        reached += segment.sign * looked_up / made.fineness
    wanted = scale * (a - zeros[0]) * (b - zeros[1]) + zeros[2]
    return float(np.abs(np.clip(reached, 0, LARGEST) - np.clip(wanted, 0, LARGEST)).max())
