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

import numpy as np

from npucore.quantize import Float64s, Int64s
from npucore_rocket.lower.pointwise import Int16s

ENTRIES = 513
BETWEEN = 4  # entries from one stored number to the next
ENTRY_BITS = 7  # an entry is so many bits finer than a result
STORED = np.arange(-128, 128)


def table(results: Int64s, zero_point: int) -> Int16s:
    """(2, 513): LE, then LO, for (256,) results of the stored numbers from -128 on.

    *results* and *zero_point* are as the chip sees them: -128 to 127.

    >>> le, lo = table(STORED.astype(np.int64), 0)
    >>> le[[0, 4, 512]].tolist(), lo[[0, 4]].tolist()
    ([-16384, -16256, 1], [1, 128])
    """
    exact = np.append(results, results[-1]) - zero_point << ENTRY_BITS  # of -128 to 128
    places = np.arange(2 * (ENTRIES - 1) + 1) / BETWEEN
    entries = np.rint(np.interp(places, np.arange(exact.size), exact)).astype(np.int64)
    entries = _without_flats(entries)
    halves = entries[:ENTRIES], entries[ENTRIES - 1 :]
    return np.stack(halves).astype(np.int16)


def answers(both: Int16s, zero_point: int) -> Int64s:
    """(256,) what the chip makes of the stored numbers from -128 on: halves to even."""
    le, lo = both.astype(np.int64)
    met = np.concatenate([le[: ENTRIES - 1], lo])[: 256 * BETWEEN : BETWEEN]
    scaled: Float64s = np.rint(met / (1 << ENTRY_BITS))
    return np.clip(scaled.astype(np.int64) + zero_point, -128, 127)


def _without_flats(entries: Int64s) -> Int64s:
    """No two neighbours are equal, and none is 0: entries of flat pieces go up and down by 1.

    1/128 of a result's step changes none of them.
    """
    steps = np.flatnonzero(entries[1:] != entries[:-1])
    moved = entries.copy()
    start = 0
    for end in [*steps.tolist(), entries.size - 1]:
        piece = moved[start : end + 1]
        level = int(piece[0])
        if piece.size > 1 or level == 0:
            piece[1::2] += _away(level)
            if level == 0:
                piece[0::2] -= 1
        start = end + 1
    return moved


def _away(level: int) -> int:
    """Towards 0, which no flat piece but that of 0 itself is next to."""
    return -1 if level > 0 else 1
