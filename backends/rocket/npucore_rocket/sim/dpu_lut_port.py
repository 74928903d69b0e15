# SPDX-License-Identifier: MIT
"""The port of the DPU's look-up tables: entries arrive one word each, at an address that counts.

Source: rocket.md 6.8; facts of 2026-11, A7 (proven in fp16, shown in int8).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore_rocket.registers.dpu_lut import DPU_LUT_ACCESS_CFG, DPU_LUT_ACCESS_DATA
from npucore_rocket.sim.errors import SimulationError

Int64s = npt.NDArray[np.int64]
UInt64s = npt.NDArray[np.uint64]

ENTRIES = 513
NAMES = ("LE", "LO")


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """*entries* for one of `NAMES`, from its entry *first* on."""

    table: int
    first: int
    entries: Int64s


def loads(offsets: UInt64s, values: UInt64s) -> tuple[Load, ...]:
    """Table contents after a task's writes, in their order.

    Data that follow an access for reading are not kept: streams that use no table write one such.
    """
    data = np.flatnonzero(offsets == DPU_LUT_ACCESS_DATA.offset)
    if not data.size:
        return ()
    starts = np.flatnonzero(offsets == DPU_LUT_ACCESS_CFG.offset)
    if not starts.size or data[0] < starts[0]:
        raise SimulationError(
            "DPU LUT_ACCESS_DATA is written, but no LUT_ACCESS_CFG before it says where to"
        )
    found = []
    for start, end in zip(starts, [*starts[1:], offsets.size], strict=True):
        access = DPU_LUT_ACCESS_CFG.decode(int(values[start]))
        if access.lut_access_type:
            inside = data[(data > start) & (data < end)]
            entries = values[inside].astype(np.uint32).view(np.int32).astype(np.int64)
            found.append(_checked(Load(access.lut_table_id, access.lut_addr, entries)))
    return tuple(found)


def _checked(load: Load) -> Load:
    if load.first + load.entries.size > ENTRIES:
        raise SimulationError(
            f"DPU LUT_ACCESS_DATA goes beyond entry {ENTRIES - 1} of the table {NAMES[load.table]}"
        )
    if (load.entries != load.entries.astype(np.int16)).any():
        raise SimulationError(
            "DPU LUT_ACCESS_DATA holds more than 16 bits, wanted a sign-extended int16"
        )
    return load


class Tables:
    """Both tables of a core; what another job left there is not read."""

    def __init__(self) -> None:
        self._entries = np.zeros((2, ENTRIES), np.int64)
        self._loaded = np.zeros((2, ENTRIES), np.bool_)

    def forget(self) -> None:
        """A job starts. Tables do not last (facts of 2026-11, A7: loaded again in every job)."""
        self._loaded[:] = False

    def load(self, every: tuple[Load, ...]) -> None:
        """Take what a task's words say."""
        for load in every:
            part = slice(load.first, load.first + load.entries.size)
            self._entries[load.table, part] = load.entries
            self._loaded[load.table, part] = True

    def whole(self) -> Int64s:
        """(2, `ENTRIES`): LE and LO. Refuses tables that the job has not filled."""
        for name, loaded in zip(NAMES, self._loaded, strict=True):
            if not loaded.all():
                raise SimulationError(
                    f"DPU EW_CFG.ew_lut_bypass is 0, but this job has loaded {int(loaded.sum())} "
                    f"of the {ENTRIES} entries of the table {name}: what is there is unknown"
                )
        return self._entries
