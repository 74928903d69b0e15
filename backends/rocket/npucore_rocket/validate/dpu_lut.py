# SPDX-License-Identifier: MIT
"""Look-up tables: where a stream writes them, and what they hold.

Source: facts of 2026-11, A7; rocket hardware reference 6.8. Two entries alike side by side are in
the vendor's table of the sigmoid, which ran; longer flat runs spike. Of entries that are 0 only
those at 0 ran, in the hyperbolic tangent's; one party has read about 4.0 for others.
"""

from __future__ import annotations

from typing import NoReturn

import numpy as np
import numpy.typing as npt

from npucore.hw.registers import WORD_MASK
from npucore_rocket.registers import dpu as d
from npucore_rocket.registers import dpu_lut as lut
from npucore_rocket.stream import OFFSET_BITS, OFFSET_MASK, Words, write
from npucore_rocket.validate.error import StreamError

Entries = npt.NDArray[np.int32]
"""(2, 513): LE and LO."""
Places = npt.NDArray[np.intp]

CONCERN = "tables"
ENTRIES = 513
MOST_ALIKE = 2  # side by side
SHAPE = f"a table is {ENTRIES} entries of LE and then {ENTRIES} of LO, at a stretch"
_HEADS = [
    np.uint64(write(lut.DPU_LUT_ACCESS_CFG(lut_access_type=1, lut_table_id=table)))
    for table in (0, 1)
]
_DATA = np.uint64(write(lut.DPU_LUT_ACCESS_DATA()))
_BODY = ~np.uint64(WORD_MASK << OFFSET_BITS)


def _refuse(place: str, found: str, limit: str) -> NoReturn:
    raise StreamError(CONCERN, place, found, limit)


def taken_out(words: Words) -> tuple[Words, Places, Entries | None]:
    """A body without its tables' words, where in it the others were, and the tables if any.

    Raises `StreamError` for tables of another shape, and for a port that is written besides.
    """
    port = words & np.uint64(OFFSET_MASK)
    ours = (port == lut.DPU_LUT_ACCESS_CFG.offset) | (port == lut.DPU_LUT_ACCESS_DATA.offset)
    writes = lut.DPU_LUT_ACCESS_CFG(lut_access_type=1).word
    heads = port == lut.DPU_LUT_ACCESS_CFG.offset
    heads &= words >> np.uint64(OFFSET_BITS) & np.uint64(writes) != 0
    places = np.arange(words.size)
    if not heads.any():
        return words, places, None
    first = int(heads.argmax())
    table = slice(first, first + 2 * (ENTRIES + 1))
    found = words[table]
    if found.size < 2 * (ENTRIES + 1) or not _whole(found):
        _refuse(f"the table at word {first}", "of another shape", SHAPE)
    kept = np.ones(words.size, np.bool_)
    kept[table] = False
    if (ours & kept).any():
        number = int((ours & kept).argmax())
        _refuse(f"word {number}", "a write to the tables' port", SHAPE)
    if not (port[:first] == d.DPU_S_POINTER.offset).any():
        _refuse("DPU_S_POINTER", "behind the tables", "it selects the group")
    return words[kept], places[kept], _entries(found)


def _whole(found: Words) -> bool:
    """Whether both heads and all data are where they must be."""
    le, lo = found[: ENTRIES + 1], found[ENTRIES + 1 :]
    heads = [le[0] == _HEADS[0], lo[0] == _HEADS[1]]
    return all(heads) and bool((np.append(le[1:], lo[1:]) & _BODY == _DATA).all())


def _entries(found: Words) -> Entries:
    values = (found >> np.uint64(OFFSET_BITS)).astype(np.uint32).view(np.int32)
    entries = values.reshape(2, ENTRIES + 1)[:, 1:]
    if (wrong := entries != entries.astype(np.int16)).any():
        value = int(entries[wrong][0])
        _refuse("DPU_LUT_ACCESS_DATA", f"{value:#x}", "entries are int16 with their sign")
    return entries


def check(entries: Entries) -> None:
    """Raise `StreamError` for tables that decode to something else than what they hold."""
    low, high = (table.tolist() for table in entries)
    if low[-1] != high[0]:
        both = "values around 0 may take either"
        _refuse("the last entry of LE", str(low[-1]), f"the first of LO is {high[0]}: {both}")
    joined = np.concatenate([entries[0, :-1], entries[1]])
    zeros = np.flatnonzero(joined == 0)
    if (zeros != ENTRIES - 1).any():
        number = int(zeros[zeros != ENTRIES - 1][0])
        where = f"entry {number} of both tables"
        _refuse(where, "0", "a board read such an entry as about 4.0; for 0 alone one ran")
    flat = np.ones(joined.size - MOST_ALIKE, np.bool_)
    for step in range(MOST_ALIKE):
        flat &= np.diff(joined)[step : step + flat.size] == 0
    if flat.any():
        number = int(flat.argmax())
        what = f"{joined[number]}, as the {MOST_ALIKE} behind it"
        _refuse(f"entry {number} of both tables", what, "flat runs spike by +-128")
