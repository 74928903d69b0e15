# SPDX-License-Identifier: MIT
"""An open file: its buffers, and the NPU as it sees them."""

from __future__ import annotations

from npucore_vsim.chip import Chip
from npucore_vsim.sim.device import SimulatedChip
from npucore_vsim.sim.nn import Cores
from npucore_vsim.virtual.memory import AddressSpace


class VirtualFile:
    """A descriptor of the node: its buffers, and the NPU as it sees it."""

    def __init__(self, chip: Chip) -> None:
        self.space = AddressSpace()
        self.chip = SimulatedChip(Cores(chip.generation, chip.cores), self.space.npu)
        self.alive = True
