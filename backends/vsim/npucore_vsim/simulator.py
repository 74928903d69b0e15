# SPDX-License-Identifier: MIT
"""The simulated chip as a device."""

from __future__ import annotations

from npucore.family.simulated import SimulatedDevice
from npucore_vsim.chip import Chip
from npucore_vsim.sim.decoded import Decoded
from npucore_vsim.sim.device import SimulatedChip
from npucore_vsim.sim.nn import Cores


def simulated(chip: Chip, decoded: Decoded | None = None) -> SimulatedDevice[list[int]]:
    """A request is a command stream. Devices that share *decoded* decode coefficients once."""
    cores = Cores(chip.generation, chip.cores)
    return SimulatedDevice(lambda memory: SimulatedChip(cores, memory, decoded).run)
