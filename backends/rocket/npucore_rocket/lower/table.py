# SPDX-License-Identifier: MIT
"""Functions of a byte -> the DPU's look-up table: two tables of 513 entries with lines between.

Index units are 1/128 of a stored number, so that every stored number x meets an entry: of the
table LE for -128 to 0, of LO for 0 to 127, with three entries between two numbers. An entry is 128
times what the result is above the output's zero point. No zero point goes through the stages, so
that the table is chosen by the sign of x itself, as all sources have it.

Source: facts of 2026-11, A7 (one party's board, int8: LUT_INFO 0x50500, the ends at 16384, tables
in 16 bits), with its quirks, which entries here stay away from: flat pieces spike, and 0 is read as
another number.
"""

from __future__ import annotations

import functools

import numpy as np

from npucore.quantize import Float64s, Int64s
from npucore_rocket.layout import Int16s
from npucore_rocket.quantize import FixedScale

ENTRIES = 513
BETWEEN = 4  # entries from one stored number to the next
ENTRY_BITS = 7  # an entry is so many bits finer than a result
FROM_ENTRIES = FixedScale(1 << 14, 14 + ENTRY_BITS)
FARTHEST = 256  # stored numbers on each side of a source's zero point, behind a convolution
BEHIND_BITS = 6  # log2 of the index units of a stored number there
STORED = np.arange(-128, 128)


def table(results: Int64s, zero_point: int) -> Int16s:
    """(2, 513): LE, then LO, for (256,) results of the stored numbers from -128 on.

    *results* and *zero_point* are as the chip sees them: -128 to 127.

    >>> le, lo = table(STORED.astype(np.int64), 0)
    >>> le[[0, 4, 512]].tolist(), lo[[0, 4]].tolist()
    ([-16384, -16256, -1], [-1, 128])
    """
    return _table(results.astype(np.int8).tobytes(), zero_point)


@functools.lru_cache(maxsize=1024)
def _table(results: bytes, zero_point: int) -> Int16s:
    exact = np.frombuffer(results, np.int8).astype(np.int64) - zero_point << ENTRY_BITS
    exact = np.append(exact, exact[-1])  # of -128 to 128
    steps = np.diff(exact)[:, None] * np.arange(BETWEEN) // BETWEEN
    return halved(without_flats(np.append((exact[:-1, None] + steps).reshape(-1), exact[-1])))


def table_behind(results: Int64s, source_zero: int, zero_point: int) -> Int16s:
    """(2, 513) for sums behind a convolution, of which 64 index units are a stored number.

    They come as numbers above the source's zero point, with what is between them: entries are at
    each half. Beyond what the source stores they stay.
    """
    stored = np.clip(np.arange(-FARTHEST, FARTHEST + 1) + source_zero, -128, 127)
    exact = results[stored + 128] - zero_point << ENTRY_BITS
    between = exact[:-1] + exact[1:] >> 1
    entries = np.empty(2 * exact.size - 1, np.int64)
    entries[::2], entries[1::2] = exact, between
    return halved(without_flats(entries))


def halved(entries: Int64s) -> Int16s:
    """(1025,) entries as LE and LO, which share the one at 0."""
    both = np.stack([entries[:ENTRIES], entries[ENTRIES - 1 :]]).astype(np.int16)
    both.flags.writeable = False
    return both


def answers(both: Int16s, zero_point: int) -> Int64s:
    """(256,) what the chip makes of the stored numbers from -128 on: halves to even."""
    le, lo = both.astype(np.int64)
    met = np.concatenate([le[: ENTRIES - 1], lo])[: 256 * BETWEEN : BETWEEN]
    scaled: Float64s = np.rint(met / (1 << ENTRY_BITS))
    return np.clip(scaled.astype(np.int64) + zero_point, -128, 127)


def without_flats(entries: Int64s) -> Int64s:
    """No two neighbours are equal, and none is 0: every second entry of a flat piece is 1 less.

    In size, that is; those of 0 are -1 and 1. 1/128 of a result's step changes no result, and other
    entries are 32 away at least.
    """
    starts = np.flatnonzero(np.diff(entries, prepend=entries[0] - 1))
    place = np.arange(entries.size)
    odd = (place - np.repeat(starts, np.diff(starts, append=entries.size))) % 2 == 1
    moved: Int64s = entries - np.sign(entries) * odd
    return np.where(entries == 0, np.where(odd, 1, -1), moved)
