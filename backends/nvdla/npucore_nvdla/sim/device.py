# SPDX-License-Identifier: MIT
"""The register file with its two groups, and the host that writes it and waits for interrupts.

Source: hardware reference 2.2.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from npucore.hw.memory import Cube, Memory, Port, SimulationError
from npucore_nvdla.chip import Chip
from npucore_nvdla.registers import BLOCKS, REGISTERS, RESET, block_of, glb
from npucore_nvdla.registers import sdp as sdp_registers
from npucore_nvdla.sim.convolve import LARGEST_BYTE, Convolution
from npucore_nvdla.sim.points import LARGEST, Pipeline, Points
from npucore_nvdla.sim.pool import pool
from npucore_nvdla.sim.tables import PORT, Tables
from npucore_nvdla.stream import (
    CONVOLUTION,
    ENABLES,
    KINDS,
    PDP_DONE,
    POINTERS,
    POINTS,
    POOL,
    SDP_DONE,
    STATUS,
    WRITE_BYTES,
    AskedSettings,
    Run,
    Settings,
    Words,
    enabled,
)

FETCH = Port("host", "task")
FIELD_BITS = {offset: register.field_bits for offset, register in REGISTERS.items()}
SINGLE = {offset for offset, register in REGISTERS.items() if register.__name__[0] != "D"}
BLOCK_OF = {offset: block_of(offset) or "" for offset in REGISTERS}
OFFSETS = {name: [o for o, block in BLOCK_OF.items() if block == name] for name in BLOCKS}
POINTER_OF = {register.offset: name for name, register in POINTERS.items()}
STATUS_OF = {BLOCKS[name].S_STATUS.offset: name for name in POINTERS}
SET = glb.S_INTR_SET
LEAST_ROOM = 1024  # tasks that are kept before it is asked which are still there
PENDING = 2  # S_STATUS of a group that waits for other blocks


class Nvdla:
    """A configuration with *memory*. What the chip cannot do raises `SimulationError`."""

    def __init__(self, chip: Chip, memory: Memory) -> None:
        self.chip, self.memory = chip, memory
        self._groups = (dict(RESET), dict(RESET))
        self._tables = Tables()
        self._written: set[int] = set()  # offsets that anybody has written
        self._seen: set[int] = set()  # offsets that the last task has depended on
        self._pending: dict[tuple[_Ready, tuple[int, ...]], None] = {}
        self._producer = dict.fromkeys(POINTERS, 0)
        self._consumer = dict.fromkeys(POINTERS, 0)
        self._enabled: set[tuple[str, int]] = set()
        self._status = 0
        self._ready: dict[Run, _Ready] = {}
        self._room = LEAST_ROOM
        self._last: Callable[[], None] | None = None

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
        if offset in ENABLES:
            name = ENABLES[offset]
            return int((name, self._producer[name]) in self._enabled)
        self._settle()
        return self._group(offset).get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        """What the host writes; enabling the last block of a task runs it at once."""
        bits = FIELD_BITS.get(offset)
        if bits is None or value & ~bits:
            raise SimulationError(f"{value:#x} at {offset:#x}: no register, or bits of no field")
        if offset in ENABLES:
            self._enable(ENABLES[offset], value)
        elif offset == STATUS.offset:
            self._status &= ~value
        elif offset == SET.offset:
            self._status |= value
        elif offset in POINTER_OF:
            self._producer[POINTER_OF[offset]] = value & 1
        elif offset in PORT:
            self._table(offset, value)
        else:
            self._settle()
            self._written.add(offset)
            self._group(offset)[offset] = value

    def _table(self, offset: int, value: int) -> None:
        if not self.chip.tables:
            raise SimulationError(f"SDP: {offset:#x} is of tables, which the chip has not")
        self._tables.write(offset, value)

    def _settle(self) -> None:
        """Write what tasks would have written that were not written out."""
        for known, groups in self._pending:
            number = dict(zip(known.names, groups, strict=True))
            for offset, value in known.writes:
                if offset not in ENABLES:
                    self._groups[number[BLOCK_OF[offset]]][offset] = value
        self._pending.clear()

    def _group(self, offset: int) -> dict[int, int]:
        """The registers that *offset* is among; single ones are kept with group 0."""
        number = 0 if offset in SINGLE else self._producer.get(BLOCK_OF[offset], 0)
        return self._groups[number]

    def _enable(self, name: str, value: int) -> None:
        group = self._producer[name]
        if not value:
            return
        if (name, group) in self._enabled:
            raise SimulationError(f"{name} is enabled while its group {group} has not run")
        self._enabled.add((name, group))
        while (names := self._runnable()) is not None:
            self._last = task = self._task(names)
            task()
            self._done(names)

    def _runnable(self) -> tuple[str, ...] | None:
        """The blocks of a task that has all of them, if there is one."""
        waiting = {name for name, group in self._enabled if group == self._consumer[name]}
        if waiting.issuperset(POOL):
            return POOL
        if not waiting.issuperset(POINTS):
            return None
        mode = sdp_registers.D_FEATURE_MODE_CFG
        word = self._groups[self._consumer["SDP"]].get(mode.offset, 0)
        flying = mode.decode(word).flying_mode
        names = CONVOLUTION if flying else POINTS
        return names if waiting.issuperset(names) else None

    def _settings(self, names: tuple[str, ...]) -> Settings:
        """The registers of the groups that run next."""
        found = AskedSettings(
            {
                offset: self._groups[self._consumer[name]].get(offset, 0)
                for name in names
                for offset in OFFSETS[name]
            }
        )
        self._seen = found.asked
        return found

    def _task(self, names: tuple[str, ...]) -> Callable[[], None]:
        """What the blocks do as they are set."""
        settings = self._settings(names)
        if names == POOL:
            return partial(pool, settings, self.memory, self.chip)
        points = Points(settings, self.memory, self.chip, self._tables)
        pipeline = Pipeline(points)
        if names == POINTS:
            return partial(_points, points.source(), pipeline)
        convolution = Convolution(settings, self.memory, self.chip)
        if convolution.over.output != (points.rows, points.columns):
            raise SimulationError(f"SDP: a map of {points.shape} for sums of another size")
        if -(-convolution.over.kernels // self.chip.atom_bytes) != points.surfaces:
            raise SimulationError(f"SDP: a map of {points.shape} for sums of other channels")
        return partial(_convolve, convolution, pipeline)

    def _done(self, names: tuple[str, ...]) -> None:
        unit, bit = ("PDP", PDP_DONE) if names == POOL else ("SDP", SDP_DONE)
        self._status |= 1 << bit + self._consumer[unit]
        if self._enabled:
            self._enabled.difference_update([(name, self._consumer[name]) for name in names])
        for name in names:
            self._consumer[name] ^= 1

    def run(self, run: Run) -> None:
        """The host's part of one task: choose groups, write, wait for the interrupt, clear it.

        A task that has run before with all registers of its blocks as now is not read again.
        """
        data = self.memory.window(FETCH, run.address, run.writes * WRITE_BYTES).tobytes()
        known = self._ready.get(run)
        if known is None or known.data != data:
            self._forget()
            known = self._ready[run] = _Ready(data)
        groups = tuple([self._consumer[name] for name in known.names])
        self._producer.update(zip(known.names, groups, strict=True))
        if known.task is None or self._enabled or not known.is_sound(self._written):
            self._run(known)
            return
        self._pending.pop((known, groups), None)  # the latest is the last one
        self._pending[known, groups] = None
        self._status = 0
        known.task()
        self._done(known.names)

    def forget(self) -> None:
        """Keep nothing of tasks that have run but the registers, so that memory may go."""
        self._settle()
        self._ready.clear()
        self._last = None

    def _forget(self) -> None:
        """Tasks whose words are in no buffer any more, now and then."""
        if len(self._ready) >= self._room:
            self._ready = {run: known for run, known in self._ready.items() if self._is_there(run)}
            self._room = max(2 * len(self._ready), LEAST_ROOM)

    def _is_there(self, run: Run) -> bool:
        try:
            self.memory.window(FETCH, run.address, run.writes * WRITE_BYTES)
        except SimulationError:
            return False
        return True

    def _run(self, known: _Ready) -> None:
        """Write by write."""
        self._status = 0
        for offset, value in known.writes:
            self.write(offset, value)
        if not self._status or self._enabled:
            waiting = ", ".join(sorted(name for name, _ in self._enabled)) or "nothing"
            raise SimulationError(f"the task does not end: {waiting} waits for other blocks")
        if known.names in KINDS and self._last is not None:
            known.keep(self._seen, self._last)


class _Ready:
    """A task's words, and what they have come to be, if they have run."""

    def __init__(self, data: bytes) -> None:
        words: Words = np.frombuffer(data, "<u4").reshape(-1, 2)
        self.data = data
        self.writes: list[tuple[int, int]] = list(map(tuple, words.tolist()))
        self.names = enabled(words)
        self.task: Callable[[], None] | None = None
        self._rest: set[int] = set()
        self._known = -1

    def keep(self, seen: set[int], task: Callable[[], None]) -> None:
        """With what it has depended on; if it has written no others than its own."""
        mine = {offset for offset, _ in self.writes}
        if not any(BLOCK_OF[offset] not in self.names or offset in SINGLE for offset in mine):
            self.task, self._rest, self._known = task, seen - mine, -1

    def is_sound(self, written: set[int]) -> bool:
        """Whether nobody has ever written a register that it depends on and does not write."""
        if len(written) != self._known and self._rest.isdisjoint(written):
            self._known = len(written)
        return len(written) == self._known


def _points(source: Cube, pipeline: Pipeline) -> None:
    values = source.reshape(*source.shape[:2], -1).astype(np.float64)
    pipeline.run(values, LARGEST_BYTE)


def _convolve(convolution: Convolution, pipeline: Pipeline) -> None:
    values = convolution.run()
    pipeline.run(values, min(convolution.most, LARGEST))
