# SPDX-License-Identifier: MIT
"""SDP's look-up tables: the port through which they are written, and what comes of a number.

Source: nvdla.org, LUT programming. What is not told apart there is refused: tables by exponents,
slopes beyond the tables, numbers that one table has too small and the other too large.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import SimulationError
from npucore.hw.registers import Register
from npucore_nvdla.registers import sdp_lut
from npucore_nvdla.sim.rounding import Floats

Int64s = npt.NDArray[np.int64]
LE, LO = 0, 1
ENTRIES = {LE: 65, LO: 257}
ACCESS, DATA = sdp_lut.S_LUT_ACCESS_CFG, sdp_lut.S_LUT_ACCESS_DATA
PORT = range(ACCESS.offset, sdp_lut.S_LUT_LO_SLOPE_SHIFT.offset + 1, 4)
SLOPES = (
    sdp_lut.S_LUT_LE_SLOPE_SCALE,
    sdp_lut.S_LUT_LE_SLOPE_SHIFT,
    sdp_lut.S_LUT_LO_SLOPE_SCALE,
    sdp_lut.S_LUT_LO_SLOPE_SHIFT,
)


class Tables:
    """Both tables as they were written last, and the registers that say how they are read."""

    def __init__(self) -> None:
        self._entries = {table: np.zeros(count, np.int64) for table, count in ENTRIES.items()}
        self._registers: dict[int, int] = {}
        self._next: tuple[int, int] | None = None

    def write(self, offset: int, value: int) -> None:
        """One of `PORT`."""
        if offset == ACCESS.offset:
            access = ACCESS.decode(value)
            if not access.lut_access_type:
                raise SimulationError("SDP: reading tables back is not known")
            self._next = access.lut_table_id, access.lut_addr
        elif offset == DATA.offset:
            self._entry(value)
        else:
            self._registers[offset] = value

    def _entry(self, value: int) -> None:
        if self._next is None:
            raise SimulationError("SDP: an entry of no table")
        table, place = self._next
        if place >= ENTRIES[table]:
            raise SimulationError(f"SDP: entry {place} of a table of {ENTRIES[table]}")
        self._entries[table][place] = value - (1 << 16 if value >> 15 else 0)
        self._next = table, place + 1

    def _word(self, kind: type[Register]) -> int:
        return self._registers.get(kind.offset, 0)

    def answers(self, values: Floats) -> None:
        """What comes of whole numbers, in place."""
        config = sdp_lut.S_LUT_CFG.decode(self._word(sdp_lut.S_LUT_CFG))
        info = sdp_lut.S_LUT_INFO.decode(self._word(sdp_lut.S_LUT_INFO))
        if not config.lut_le_function or any(self._word(kind) for kind in SLOPES):
            raise SimulationError("SDP: tables by exponents or with slopes are not known")
        x = values.astype(np.int64)
        le = self._read(LE, x, sdp_lut.S_LUT_LE_START, info.lut_le_index_select)
        lo = self._read(LO, x, sdp_lut.S_LUT_LO_START, info.lut_lo_index_select)
        if bool((np.abs(le[1] - lo[1]) == 2).any()):
            raise SimulationError("SDP: a number below one table and above the other")
        both = config.lut_hybrid_priority, config.lut_uflow_priority, config.lut_oflow_priority
        hit, low, high = (np.full(x.shape, bool(which)) for which in both)
        same = np.select([le[1] < 0, le[1] > 0], [low, high], hit)
        takes_lo = np.where(le[1] == lo[1], same, lo[1] == 0)
        values[...] = np.where(takes_lo, lo[0], le[0])

    def _read(
        self, table: int, x: Int64s, start: type[Register], select: int
    ) -> tuple[Int64s, Int64s]:
        """The answers, and -1 for numbers below the table, 1 for those above it."""
        if select > 32:
            raise SimulationError(f"SDP: a step of {select}, of which nothing is known")
        entries, word = self._entries[table], self._word(start)
        above = x - (word - (1 << 32 if word >> 31 else 0))
        index, last = above >> select, len(entries) - 1
        beyond: Int64s = np.where(above < 0, -1, np.where(index >= last, 1, 0))
        place = np.clip(index, 0, last)
        rest = np.where(beyond == 0, above - (place << select), 0)
        here, there = entries[place], entries[np.minimum(place + 1, last)]
        found: Int64s = here + ((there - here) * rest >> select)
        return found, beyond
