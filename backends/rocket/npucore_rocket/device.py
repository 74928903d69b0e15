# SPDX-License-Identifier: MIT
"""Jobs of tasks for a device, and the simulated core that runs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from npucore_rocket.chip import Chip

# Commands that only look for a board need no simulator.
if TYPE_CHECKING:
    from npucore.family.simulated import SimulatedDevice
    from npucore.hw.memory import Memory
    from npucore_rocket.sim.steps import Options


@dataclass(frozen=True, slots=True)
class Job:
    """Tasks, and the addresses of the buffers that they read and write.

    Parameters
    ----------
    tasks
        (address of its words, their number) of each.
    reads, writes
        Addresses of buffers; one that is both read and written is among *writes*.
    witness
        Address of 16 bytes of its output, None if nobody knows; whether it ran shows there.
    """

    tasks: tuple[tuple[int, int], ...]
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    witness: int | None = None


def simulated(chip: Chip, options: Options | None = None) -> SimulatedDevice[Job]:
    """One simulated core of a chip. No words are at address 0, which hangs a sibling chip."""
    from npucore.family.simulated import SimulatedDevice
    from npucore_rocket.sim.device import CommandRange, SimulatedCore

    def core(memory: Memory) -> Callable[[Job], None]:
        device = SimulatedCore(memory, chip, options)
        return lambda job: device.run([CommandRange(*task) for task in job.tasks])

    return SimulatedDevice(core)
