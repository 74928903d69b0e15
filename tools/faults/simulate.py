# SPDX-License-Identifier: MIT
"""Run a job on the simulator, over memory of noise."""

from __future__ import annotations

import numpy as np

from npucore.family.code import COMMANDS, CONSTANTS
from npucore_rocket.chip import RK3588
from npucore_rocket.sim import CommandRange, Memory, SimulatedCore
from tools.faults.jobs import Job


def simulate(job: Job) -> None:
    """Raise `SimulationError` if the simulator will not."""
    memory = Memory()
    for buffer in job.buffers:
        random = np.random.default_rng(buffer.size_bytes)
        data = random.integers(0, 256, buffer.size_bytes, np.uint8)
        if buffer.name == CONSTANTS:
            data[:] = job.constants
        if buffer.name == COMMANDS:
            for task in job.tasks:
                words = task.words.view(np.uint8)
                data[task.address - buffer.address :][: words.size] = words
        memory.map(buffer.address, data)
    SimulatedCore(memory, RK3588).run(
        [CommandRange(task.address, task.words.size) for task in job.tasks]
    )
