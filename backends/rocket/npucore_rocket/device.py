# SPDX-License-Identifier: MIT
"""What executes jobs: the contract, and the simulator behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from npucore.errors import DeviceError
from npucore.hw.memory import Memory
from npucore_rocket.chip import RK3588
from npucore_rocket.layout import ceil_to
from npucore_rocket.sim.device import Device as Core
from npucore_rocket.sim.device import Task as SimTask
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.steps import Options

FIRST_ADDRESS = RK3588.page_bytes  # a command stream at address 0 hangs a sibling chip
Bytes = npt.NDArray[np.uint8]


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


class StoppedJobError(Exception):
    """Job *number* of a submission did not run or did not end; *why* is a clause."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"job {number} {why}")
        self.number, self.why = number, why


class Submission(Protocol):
    """Jobs that may be run again and again."""

    def start(self) -> None:
        """Show the NPU what the CPU wrote, and queue the jobs."""
        ...

    def finish(self) -> None:
        """Wait for all. Raises `StoppedJobError` for one that did not run or did not end."""
        ...


class Device(Protocol):
    """Memory that the NPU sees, and jobs on it. Not for several threads at once."""

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """(address as the NPU sees it, the memory itself), zeroed."""
        ...

    def prepare(self, jobs: Sequence[Job], read_back: Sequence[int] = ()) -> Submission:
        """Check jobs, which run in this order, and hand over all that was written so far.

        After them the CPU sees what is in the buffers that they write, and in *read_back*.
        """
        ...

    def free(self, addresses: Sequence[int]) -> None:
        """Give buffers back."""
        ...

    def clock_ns(self) -> int:
        """The device's time."""
        ...

    def close(self) -> None:
        """Give everything back. Safe to call twice."""
        ...


class SimDevice:
    """One simulated core with a memory of its own, laid out as the kernel does: page by page."""

    def __init__(self, options: Options | None = None) -> None:
        self._memory = Memory()
        self._core = Core(self._memory, options)
        self._end = FIRST_ADDRESS

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """Zeroed pages behind those given out before."""
        page = RK3588.page_bytes
        address, data = self._end, np.zeros(ceil_to(size_bytes, page), np.uint8)
        self._memory.map(address, data)
        self._end += data.size + page  # an unmapped page between any two buffers
        return address, data

    def prepare(self, jobs: Sequence[Job], read_back: Sequence[int] = ()) -> SimSubmission:
        """Nothing to hand over."""
        return SimSubmission(self._core, jobs)

    def free(self, addresses: Sequence[int]) -> None:
        """Take buffers away; their addresses are not used again."""
        for address in addresses:
            self._memory.unmap(address)

    def clock_ns(self) -> int:
        """No time passes here."""
        return 0

    def close(self) -> None:
        """There is nothing to give back."""


class SimSubmission:
    """Jobs for a simulated core, which runs them when they are waited for."""

    def __init__(self, core: Core, jobs: Sequence[Job]) -> None:
        self._core = core
        self._jobs = [[SimTask(*task) for task in job.tasks] for job in jobs]

    def start(self) -> None:
        """Nothing to do yet."""

    def finish(self) -> None:
        """Run jobs one after the other; `DeviceError` with the simulator's complaint."""
        try:
            for job in self._jobs:
                self._core.run(job)
        except SimulationError as error:
            raise DeviceError(f"the simulator stopped: {error}") from error
