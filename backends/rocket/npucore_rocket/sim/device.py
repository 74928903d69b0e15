# SPDX-License-Identifier: MIT
"""One core of the chip as the kernel drives it: jobs of tasks, each a list of words in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from npucore.hw.memory import Memory, Port
from npucore_rocket.chip import Chip
from npucore_rocket.sim import convolve, flying, pc, ppu
from npucore_rocket.sim.cna_weights import WeightLoader
from npucore_rocket.sim.convolve import Engines
from npucore_rocket.sim.core import Core
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.steps import Options

PORT = Port("PC", "BASE_ADDRESS")
CNA_CORE_DPU = 0x0D
DPU_RDMA = 0x10
DPU_AND_RDMA = 0x18
POOLING = 0x60


@dataclass(frozen=True, slots=True)
class CommandRange:
    """Where a task's words are, and how many."""

    address: int
    count: int


class SimulatedCore:
    """Runs jobs on a core of *chip* against *memory*; registers stay as they are from job to job.

    What a job asks for and the chip cannot do, or nobody knows how it does, raises
    `SimulationError`; memory may then be partly written.
    """

    def __init__(self, memory: Memory, chip: Chip, options: Options | None = None) -> None:
        self.memory = memory
        self._options = options or Options()
        self._file = pc.RegisterFile(chip)
        self._engines = Engines(WeightLoader(), Core())

    def run(self, job: Sequence[CommandRange]) -> None:
        """Run a job's tasks in order."""
        self.begin()
        for task in job:
            self.start(self.fetch(task))

    def begin(self) -> None:
        """A job starts: what the last one left in CBUF and look-up tables is not there any more."""
        self._engines.weights.forget()
        self._file.tables.forget()

    def fetch(self, task: CommandRange) -> pc.Words:
        """The words of *task*; the PC reads pairs, so that an odd count reads one more."""
        if task.address % 16 or task.count < 1:
            raise SimulationError(
                f"{PORT} is {task.address:#x} for {task.count} words, wanted a multiple of 16 and "
                "at least one word"
            )
        pairs = -(-task.count // 2)
        words = self.memory.window(PORT, task.address, 16 * pairs)
        return np.frombuffer(words.tobytes(), np.uint64)[: task.count]

    def start(self, words: pc.Words) -> None:
        """Run one task's words."""
        mask = pc.walk(words, self._file)
        if mask in (CNA_CORE_DPU, CNA_CORE_DPU | DPU_RDMA):
            reads = bool(mask & DPU_RDMA)
            convolve.run(self._file, self.memory, self._engines, self._options, reads)
        elif mask == DPU_AND_RDMA:
            flying.run(self._file, self.memory, self._options)
        elif mask == POOLING:
            ppu.run(self._file, self.memory)
        else:
            raise SimulationError(
                f"GLOBAL OPERATION_ENABLE is {mask:#x}, but only {CNA_CORE_DPU:#x}, "
                f"{CNA_CORE_DPU | DPU_RDMA:#x} (convolution), {DPU_AND_RDMA:#x} (flying mode) and "
                f"{POOLING:#x} (pooling) are simulated"
            )
