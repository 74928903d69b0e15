# SPDX-License-Identifier: MIT
"""One core: registers that outlive jobs, and how long jobs take on it."""

from __future__ import annotations

import threading
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from npucore_rocket import cost
from npucore_rocket.chip import Chip
from npucore_rocket.sim import CommandRange, Memory, Options, SimulatedCore, SimulationError
from npucore_rocket.sim.device import PORT
from npucore_rocket.stream import OFFSET_BITS, START_TARGET, TARGET_SHIFT, Words
from npucore_rocket.uapi import DPU_DONE, JOB_TIMEOUT_NS, PPU_DONE
from npucore_rocket.virtual.behaviour import Behaviour
from npucore_rocket.virtual.faults import Effect

PPU = 0x60  # tasks of this start mask end with an interrupt that mainline does not unmask
NANOSECOND = 1e-9
REMEMBERED = 64  # stretches of time in which a core was busy
STOPS = (Effect.HANG, Effect.PAGE_FAULT)


@dataclass(slots=True, eq=False)
class Ran:
    """How a job went: until when each task ran, and why it was reset if it was."""

    ends: Sequence[int]
    trouble: str = ""

    @property
    def end(self) -> int:
        """When it was over."""
        return self.ends[-1]


@dataclass(slots=True, eq=False)
class Core:
    """Of a *chip*. Time passes here only while jobs run. *clock* in Hz."""

    number: int
    behaviour: Behaviour
    clock: float
    chip: Chip
    busy_ns: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    _core: SimulatedCore = field(init=False)
    _costs: dict[bytes, float] = field(default_factory=dict)
    _busy: list[tuple[int, int]] = field(default_factory=list)  # in order of time

    def __post_init__(self) -> None:
        self._core = SimulatedCore(Memory(), self.chip, Options(self.behaviour.rounding))

    def idle_from(self, moment: int) -> int:
        """*moment*, or when what runs then has ended.

        Files are not all at the same time: one that is behind finds the gaps that others left.
        """
        for start, end in self._busy:
            if start <= moment < end:
                moment = end
        return moment

    def free_after(self, moment: int) -> int:
        """*moment*, or when all that anybody has run here so far has ended."""
        return max([moment, *(end for _, end in self._busy)])

    def run(
        self,
        tasks: Sequence[CommandRange],
        memory: Memory,
        start: int,
        effect: Effect | None,
        armed: Sequence[int],
    ) -> Ran:
        """Run a job in the memory of its file, from *start* on; *armed* as `VirtualJob` has it."""
        self._core.memory = memory
        self._core.begin()
        seconds, trouble = [0.0], ""
        try:
            if effect in STOPS:
                raise SimulationError(str(effect))
            count = 1 if self.behaviour.first_task_only else len(tasks)
            for task, interrupts in zip(tasks[:count], armed, strict=False):
                seconds.append(seconds[-1] + self._task(task, effect, interrupts))
            if effect is Effect.LOST_INTERRUPT:
                raise SimulationError(str(effect))
        except SimulationError as error:
            trouble = str(error)
        ends = [start + round(each / NANOSECOND) for each in seconds[1:]]
        ran = Ran([start + JOB_TIMEOUT_NS] if trouble else ends, trouble)
        self._note(start, ran.end)
        self.busy_ns += ran.end - start
        return ran

    def _note(self, start: int, end: int) -> None:
        """Remember when the core was busy, as far back as anybody may be."""
        if self._busy and self._busy[-1][1] == start:
            start = self._busy.pop()[0]
        insort(self._busy, (start, end))
        del self._busy[:-REMEMBERED]

    def _task(self, task: CommandRange, effect: Effect | None, armed: int) -> float:
        """Run one task; its seconds. One whose end is not heard has run all the same."""
        if task.address == 0 and self.behaviour.hangs_at_zero:
            raise SimulationError("words at address 0")
        if effect is Effect.CORRUPTED_WORD:
            self._corrupt(task)
        words = self._core.fetch(task)
        self._core.start(self.behaviour.read(words))
        armed |= PPU_DONE if self.behaviour.ppu_interrupt else 0
        unit, done = ("PPU", PPU_DONE) if _mask(words) == PPU else ("DPU", DPU_DONE)
        if not armed & done:
            raise SimulationError(f"the {unit}'s interrupt is masked")
        return self._seconds(words)

    def _corrupt(self, task: CommandRange) -> None:
        """Flip the lowest bit of the value in the middle word."""
        window = self._core.memory.window(PORT, task.address, 8 * task.count)
        window[8 * (task.count // 2) + 2] ^= 1

    def _seconds(self, words: Words) -> float:
        key = words.tobytes()
        if key not in self._costs:
            self._costs[key] = cost.work(words, self.chip).seconds(self.clock) + cost.TASK_SECONDS
        return self._costs[key]


def _mask(words: Words) -> int:
    starts = words[words >> np.uint64(TARGET_SHIFT) == START_TARGET]
    return int(starts[0]) >> OFFSET_BITS & 0xFFFFFFFF if starts.size else 0
