# SPDX-License-Identifier: MIT
"""Functions of bytes -> the TP cores' look-up tables.

A TP core turns a byte less its zero point into a float16, takes the ten highest bits of that as
the index of a table, and goes on to the next entry in a straight line. A table has both signs and
4 bits of mantissa, or one sign and 5 bits, and is odd. Entries are floats of 1 + 5 + 15 bits.
Source: tables of VeriSilicon's compiler for relu and tanh, and its simulator's answers, which these
rules give byte for byte.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.errors import UnsupportedError

Float64s = npt.NDArray[np.float64]
Stored = Callable[[Float64s], Float64s]
"""Stored inputs, as the chip sees them -> stored outputs, not yet rounded and clamped."""

ENTRIES = 1024
EXPONENT_BIAS = 15
MANTISSA_BITS = 15  # of an entry
SIGN = 1 << 20
LARGEST_ENTRY = (31 << MANTISSA_BITS) - 1  # a little less than 2**16: the vendor writes no more
FLOAT32_BIAS, FLOAT32_DROPPED = 127, 8
BYTES = np.arange(256, dtype=np.float64)
MOST_ERROR = 1.499  # LSB before rounding: within 1 of either neighbour of a half
KINKS = 4  # how many bends of a function are tried as the table's zero


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """*words* are (1024,) uint32; *signed* says whether half of them are for negative inputs."""

    words: npt.NDArray[np.uint32]
    in_zero: int
    out_zero: int
    signed: bool

    def __call__(self, stored: Float64s) -> npt.NDArray[np.int64]:
        """What the chip makes of stored inputs."""
        x = stored - self.in_zero
        index, rest = _index(np.abs(x), self.signed)
        if self.signed:
            index = index + ENTRIES // 2 * (x < 0)
        entries = unpacked(self.words)
        value = (
            entries[index] + (entries[np.minimum(index + 1, ENTRIES - 1)] - entries[index]) * rest
        )
        if not self.signed:
            value = np.copysign(1, x) * value
        return np.clip(np.rint(value).astype(np.int64) + self.out_zero, 0, 255)


def fit(function: Stored, in_zero: int, out_zero: int) -> Table:
    """The table that comes closest to *function*: as many bytes as can be are right.

    Raises `UnsupportedError` if a byte is off by more than 1 from the function, rounded either way
    where it is halfway between two numbers.
    """
    real = np.clip(function(BYTES), 0, 255)
    wanted = np.rint(real)
    best, least = None, (math.inf, math.inf)
    for table in _candidates(function, wanted, in_zero, out_zero):
        answer = table(BYTES)
        worst = float(np.abs(answer - real).max())
        wrong = int(np.count_nonzero(answer != wanted))
        error = max(worst, MOST_ERROR), wrong
        if error < least:
            best, least = table, error
        if not wrong:
            break
    if best is None or least[0] > MOST_ERROR:
        raise UnsupportedError(f"a table of 1024 entries is off by {least[0]:.2f}")
    return best


def _candidates(function: Stored, wanted: Float64s, in_zero: int, out_zero: int) -> Iterator[Table]:
    """Tables about the input's zero point, then about where the function bends.

    Halves are rounded to even before the zero point is added: with an even one, as they should be.
    """
    yield _signed(function, in_zero, out_zero)
    if out_zero % 2:
        yield _signed(function, in_zero, out_zero - 1)
    middle = float(np.clip(np.rint(function(np.array([float(in_zero)]))), 0, 255)[0])
    yield _odd(function, in_zero, int(middle))
    bends = np.abs(np.diff(wanted, 2))
    for place in np.argsort(-bends, kind="stable")[:KINKS].tolist():
        yield _signed(function, place + 1, out_zero & ~1)
    yield _odd(function, 0, out_zero)


def _signed(function: Stored, in_zero: int, out_zero: int) -> Table:
    inputs = entry_inputs(signed=True)
    both = np.concatenate([in_zero + inputs, in_zero - inputs])
    return Table(packed(function(both) - out_zero), in_zero, out_zero, signed=True)


def _odd(function: Stored, in_zero: int, out_zero: int) -> Table:
    words = packed(function(in_zero + entry_inputs(signed=False)) - out_zero)
    return Table(words, in_zero, out_zero, signed=False)


def entry_inputs(signed: bool) -> Float64s:
    """What stands at the entries of one sign: floats without subnormals."""
    bits = 4 if signed else 5
    index = np.arange(ENTRIES // 2 if signed else ENTRIES)
    exponent, mantissa = index >> bits, index & (1 << bits) - 1
    values = np.ldexp(1 + mantissa / (1 << bits), exponent - EXPONENT_BIAS)
    return np.where(exponent == 0, 0, values)


def _index(size: Float64s, signed: bool) -> tuple[npt.NDArray[np.int64], Float64s]:
    """The entry of each absolute value, and how far it is to the next."""
    dropped = 6 if signed else 5
    bits = size.astype(np.float16).view(np.uint16).astype(np.int64)
    return bits >> dropped, (bits & (1 << dropped) - 1) / (1 << dropped)


def packed(values: Float64s) -> npt.NDArray[np.uint32]:
    """Floats of 1 + 5 + 15 bits: float32 rounded half up, subnormals 0, no infinity.

    >>> [hex(w) for w in packed(np.array([1.0, -1.25, 0.0, 1e9]))]
    ['0x78000', '0x17a000', '0x0', '0xf7fff']
    """
    bits = np.abs(values).astype(np.float32).view(np.uint32).astype(np.int64)
    rounded = bits + (1 << FLOAT32_DROPPED - 1) >> FLOAT32_DROPPED
    rounded -= FLOAT32_BIAS - EXPONENT_BIAS << MANTISSA_BITS
    normal = np.where(rounded >> MANTISSA_BITS > 0, np.minimum(rounded, LARGEST_ENTRY), 0)
    return (normal | np.where((values < 0) & (normal > 0), SIGN, 0)).astype(np.uint32)


def unpacked(words: npt.NDArray[np.uint32]) -> Float64s:
    """The numbers that entries stand for."""
    exponent = (words >> MANTISSA_BITS & 31).astype(np.int64)
    mantissa = 1 + (words & (1 << MANTISSA_BITS) - 1) / (1 << MANTISSA_BITS)
    size = np.where(exponent == 0, 0, np.ldexp(mantissa, exponent - EXPONENT_BIAS))
    return np.where(words & SIGN, -size, size)
