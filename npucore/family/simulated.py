# SPDX-License-Identifier: MIT
"""A simulated chip as a device, with a memory of its own, page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np

from npucore.errors import DeviceError
from npucore.family.code import Bytes
from npucore.hw.memory import PAGE_BYTES, Memory, SimulationError

RequestT = TypeVar("RequestT")


class SimulatedDevice(Generic[RequestT]):
    """A `Device` over a simulator. *chip* makes what runs one request, of a memory.

    No buffer is at address 0, and an unmapped page lies between any two.
    """

    def __init__(self, chip: Callable[[Memory], Callable[[RequestT], None]]) -> None:
        self._memory = Memory()
        self._run = chip(self._memory)
        self._end = PAGE_BYTES

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """Zeroed pages behind those given out before."""
        pages = -(-size_bytes // PAGE_BYTES) * PAGE_BYTES
        address, data = self._end, np.zeros(pages, np.uint8)
        self._memory.map(address, data)
        self._end += pages + PAGE_BYTES
        return address, data

    def prepare(
        self, jobs: Sequence[RequestT], read_back: Sequence[int] = ()
    ) -> SimulatedSubmission[RequestT]:
        """Nothing to hand over."""
        return SimulatedSubmission(self._run, jobs)

    def free(self, addresses: Sequence[int]) -> None:
        """Take buffers away; their addresses are not used again."""
        for address in addresses:
            self._memory.unmap(address)

    def clock_ns(self) -> int:
        """No time passes here."""
        return 0

    def close(self) -> None:
        """There is nothing to give back."""


class SimulatedSubmission(Generic[RequestT]):
    """Jobs for a simulated chip, which runs them when they are waited for."""

    def __init__(self, run: Callable[[RequestT], None], jobs: Sequence[RequestT]) -> None:
        self._run, self._jobs = run, tuple(jobs)

    def start(self) -> None:
        """Nothing to do yet."""

    def finish(self) -> None:
        """Run jobs one after the other; `DeviceError` with the simulator's complaint."""
        try:
            for job in self._jobs:
                self._run(job)
        except SimulationError as error:
            raise DeviceError(f"the simulator stopped: {error}") from error
