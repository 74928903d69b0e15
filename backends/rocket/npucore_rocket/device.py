# SPDX-License-Identifier: MIT
"""What executes jobs: the contract, and the simulator behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from npucore.errors import DeviceError
from npucore_rocket.chip import RK3588
from npucore_rocket.layout import ceil_to
from npucore_rocket.sim.device import Device as Core
from npucore_rocket.sim.device import Task
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.memory import Memory

FIRST_ADDRESS = RK3588.page_bytes  # a command stream at address 0 hangs a sibling chip
Bytes = npt.NDArray[np.uint8]


class Device(Protocol):
    """Memory that the NPU sees, and jobs on it."""

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """(address as the NPU sees it, the memory itself), zeroed."""
        ...

    def submit(self, jobs: Sequence[Sequence[tuple[int, int]]]) -> None:
        """Run jobs in order and wait; a job is tasks of (address of its words, their number)."""
        ...

    def close(self) -> None:
        """Give everything back. Safe to call twice."""
        ...


class SimDevice:
    """One simulated core with a memory of its own, laid out as the kernel does: page by page."""

    def __init__(self) -> None:
        self._memory = Memory()
        self._core = Core(self._memory)
        self._end = FIRST_ADDRESS

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """Zeroed pages behind those given out before."""
        page = RK3588.page_bytes
        address, data = self._end, np.zeros(ceil_to(size_bytes, page), np.uint8)
        self._memory.map(address, data)
        self._end += data.size + page  # an unmapped page between any two buffers
        return address, data

    def submit(self, jobs: Sequence[Sequence[tuple[int, int]]]) -> None:
        """Run jobs one after the other; `DeviceError` with the simulator's complaint."""
        try:
            for job in jobs:
                self._core.run([Task(address, count) for address, count in job])
        except SimulationError as error:
            raise DeviceError(f"the simulator stopped: {error}") from error

    def close(self) -> None:
        """There is nothing to give back."""
