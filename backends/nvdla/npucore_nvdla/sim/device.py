# SPDX-License-Identifier: MIT
"""The register file with its two groups, and the host that writes it and waits for interrupts.

Source: hardware reference 2.2.
"""

from __future__ import annotations

from npucore.hw.memory import Memory, Port, SimulationError
from npucore_nvdla.chip import Chip
from npucore_nvdla.registers import BLOCKS, REGISTERS, RESET, block_of, glb
from npucore_nvdla.registers import sdp as sdp_registers
from npucore_nvdla.sim.convolve import convolve
from npucore_nvdla.sim.points import Points
from npucore_nvdla.sim.pool import pool
from npucore_nvdla.stream import (
    CONVOLUTION,
    ENABLES,
    POINTERS,
    POINTS,
    POOL,
    WRITE_BYTES,
    Run,
    Settings,
    enabled,
)

FETCH = Port("host", "task")
FIELD_BITS = {offset: register.field_bits for offset, register in REGISTERS.items()}
SINGLE = {offset for offset, register in REGISTERS.items() if register.__name__[0] != "D"}
BLOCK_OF = {offset: block_of(offset) for offset in REGISTERS}
POINTER_OF = {register.offset: name for name, register in POINTERS.items()}
STATUS_OF = {BLOCKS[name].S_STATUS.offset: name for name in POINTERS}
STATUS, SET = glb.S_INTR_STATUS, glb.S_INTR_SET
SDP_DONE, PDP_DONE = STATUS.sdp_done_status0.lsb, STATUS.pdp_done_status0.lsb  # group 1: next bit
PENDING = 2  # S_STATUS of a group that waits for other blocks


class Nvdla:
    """A configuration with *memory*. What the chip cannot do raises `SimulationError`."""

    def __init__(self, chip: Chip, memory: Memory) -> None:
        self.chip, self.memory = chip, memory
        self._groups = (dict(RESET), dict(RESET))
        self._producer = dict.fromkeys(POINTERS, 0)
        self._consumer = dict.fromkeys(POINTERS, 0)
        self._enabled: set[tuple[str, int]] = set()
        self._status = 0

    def read(self, offset: int) -> int:
        """What the host reads at *offset*."""
        if offset not in REGISTERS:
            raise SimulationError(f"no register is at {offset:#x}")
        if offset == STATUS.offset:
            return self._status
        if (name := POINTER_OF.get(offset)) is not None:
            return self._producer[name] | self._consumer[name] << 16
        if (name := STATUS_OF.get(offset)) is not None:
            return sum(PENDING << 16 * g for g in (0, 1) if (name, g) in self._enabled)
        name = BLOCK_OF[offset] or ""
        if offset in ENABLES:
            return int((name, self._producer[name]) in self._enabled)
        return self._group(name, offset).get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        """What the host writes; enabling the last block of a task runs it at once."""
        bits = FIELD_BITS.get(offset)
        if bits is None or value & ~bits:
            what = f"no register is at {offset:#x}" if bits is None else f"{value:#x} at"
            raise SimulationError(f"{what} {offset:#x}: bits that mean nothing")
        if offset in ENABLES:
            self._enable(ENABLES[offset], value)
        elif offset == STATUS.offset:
            self._status &= ~value
        elif offset == SET.offset:
            self._status |= value
        elif offset in POINTER_OF:
            self._producer[POINTER_OF[offset]] = value & 1
        else:
            name = BLOCK_OF[offset] or ""
            self._group(name, offset)[offset] = value

    def _group(self, name: str, offset: int) -> dict[int, int]:
        """The registers that *offset* is among; single ones are kept with group 0."""
        if offset in SINGLE:
            return self._groups[0]
        group = self._producer.get(name, 0)
        return self._groups[group]

    def _enable(self, name: str, value: int) -> None:
        group = self._producer[name]
        if not value:
            return
        if (name, group) in self._enabled:
            raise SimulationError(f"{name} is enabled while its group {group} has not run")
        self._enabled.add((name, group))
        self._advance()

    def _ready(self, names: tuple[str, ...]) -> bool:
        return all((name, self._consumer[name]) in self._enabled for name in names)

    def _advance(self) -> None:
        """Run what has all of its blocks."""
        if self._ready(POOL):
            pool(self._settings(POOL), self.memory, self.chip)
            self._done(POOL, PDP_DONE, "PDP")
        if not self._ready(POINTS):
            return
        flying = self._settings(POINTS)(sdp_registers.D_FEATURE_MODE_CFG).flying_mode
        names = CONVOLUTION if flying else POINTS
        if self._ready(names):
            settings = self._settings(names)
            points = Points(settings, self.memory, self.chip)
            values = convolve(settings, self.memory, self.chip) if flying else points.source()
            points.run(values)
            self._done(names, SDP_DONE, "SDP")

    def _settings(self, names: tuple[str, ...]) -> Settings:
        """The registers of the groups that run next."""
        groups = {self._consumer[name] for name in names}
        if len(groups) == 1:
            return Settings(self._groups[groups.pop()])
        found = {}
        for offset, block in BLOCK_OF.items():
            if block in names:
                found[offset] = self._groups[self._consumer[block]].get(offset, 0)
        return Settings(found)

    def _done(self, names: tuple[str, ...], bit: int, unit: str) -> None:
        self._status |= 1 << bit + self._consumer[unit]
        for name in names:
            self._enabled.discard((name, self._consumer[name]))
            self._consumer[name] ^= 1

    def run(self, run: Run) -> None:
        """The host's part of one task: choose groups, write, wait for the interrupt, clear it."""
        data = self.memory.window(FETCH, run.address, run.writes * WRITE_BYTES)
        words = data.view("<u4").reshape(-1, 2)
        for name in enabled(words):
            self._producer[name] = self._consumer[name]
        self._status = 0
        for offset, value in words.tolist():
            self.write(offset, value)
        if not self._status or self._enabled:
            waiting = ", ".join(sorted(name for name, _ in self._enabled)) or "nothing"
            raise SimulationError(f"the task does not end: {waiting} waits for other blocks")
