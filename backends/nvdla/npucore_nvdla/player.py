# SPDX-License-Identifier: MIT
"""Byte traces, whoever made them, on the simulator."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from npucore.errors import InvalidModelError
from npucore.hw.memory import Bytes, Memory, Port, SimulationError
from npucore_nvdla.chip import Chip
from npucore_nvdla.registers import glb
from npucore_nvdla.sim.device import Nvdla
from npucore_nvdla.traces import CHECK, LOAD, READ, WAIT, WRITE, Record

LARGEST_SPACE = 1 << 28
"""Bytes from the first that a trace loads or checks to the last that it may use."""
UNIT = 4  # registers are counted in words
HOST = Port("trace", "check")


@dataclass(frozen=True, slots=True)
class Checked:
    """A part of memory when all had run: its CRC-32, and the one that the trace wants."""

    address: int
    size_bytes: int
    found: int
    wanted: int


class Player:
    """Plays *records* on a new chip; `memory` is there afterwards.

    Raises `InvalidModelError` for a trace that needs more memory than there is, `SimulationError`
    for what the chip would not do.
    """

    def __init__(self, records: Sequence[Record], chip: Chip) -> None:
        self.memory = Memory()
        low, high = _space(records)
        self.memory.map(low, np.zeros(high - low, np.uint8))
        self._device = Nvdla(chip, self.memory)
        for record in records:
            self._play(record)

    def _play(self, record: Record) -> None:
        if record.kind == LOAD:
            address, size = record.numbers
            self.window(address, size)[:] = np.frombuffer(record.data, np.uint8)
        elif record.kind == WRITE:
            offset, value = record.numbers
            self._device.write(offset * UNIT, value)
        elif record.kind == READ:
            offset, mask, value = record.numbers
            found = self._device.read(offset * UNIT)
            if found & mask != value & mask:
                raise SimulationError(f"{offset * UNIT:#x} is {found:#x}, never {value:#x}")
        elif record.kind == WAIT and not self._device.read(glb.S_INTR_STATUS.offset):
            raise SimulationError("the trace waits for an interrupt that does not come")

    def window(self, address: int, size_bytes: int) -> Bytes:
        """A part of memory."""
        return self.memory.window(HOST, address, size_bytes)

    def checks(self, records: Iterable[Record]) -> list[Checked]:
        """What memory holds where the trace wants it checked."""
        found = []
        for record in records:
            if record.kind == CHECK:
                _, address, size, wanted = record.numbers
                crc = zlib.crc32(self.window(address, size).tobytes())
                found.append(Checked(address, size, crc, wanted))
        return found


def _space(records: Sequence[Record]) -> tuple[int, int]:
    """Where memory begins and ends, a quarter of `LARGEST_SPACE` behind what is known of it."""
    spans = [r.numbers[:2] for r in records if r.kind == LOAD]
    spans += [r.numbers[1:3] for r in records if r.kind == CHECK]
    low = min((address for address, _ in spans), default=0)
    high = max((address + size for address, size in spans), default=0)
    end = min(high + LARGEST_SPACE // 4, 1 << 32)
    if high > 1 << 32 or end - low > LARGEST_SPACE:
        raise InvalidModelError(f"nvdla: a trace that uses memory from {low:#x} to {high:#x}")
    return low, end
