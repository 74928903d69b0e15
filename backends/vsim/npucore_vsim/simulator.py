# SPDX-License-Identifier: MIT
"""The simulated chip as a device."""

from __future__ import annotations

import numpy as np

from npucore.errors import DeviceError
from npucore.hw.memory import Memory, SimulationError
from npucore_vsim.chip import Chip
from npucore_vsim.coefs.kernels import Bytes
from npucore_vsim.sim.device import Device as SimulatedChip
from npucore_vsim.sim.nn import Cores

PAGE_BYTES = 4096


class SimDevice:
    """A simulated chip with a memory of its own, page by page."""

    def __init__(self, chip: Chip) -> None:
        self._memory = Memory()
        self._chip = SimulatedChip(Cores(chip.generation, chip.cores), self._memory)
        self._end = PAGE_BYTES

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """Zeroed pages behind those given out before."""
        pages = -(-size_bytes // PAGE_BYTES) * PAGE_BYTES
        address, data = self._end, np.zeros(pages, np.uint8)
        self._memory.map(address, data)
        self._end += pages + PAGE_BYTES  # an unmapped page between any two buffers
        return address, data

    def submit(self, words: list[int]) -> None:
        """Run the words; `DeviceError` with the simulator's complaint."""
        try:
            self._chip.run(words)
        except SimulationError as error:
            raise DeviceError(f"the simulator stopped: {error}") from error

    def close(self) -> None:
        """There is nothing to give back."""
