# SPDX-License-Identifier: MIT
"""An open file of the driver as a `Device`."""

from __future__ import annotations

import ctypes as c
import errno
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from npucore.family.code import Bytes
from npucore.family.device import StoppedJobError
from npucore.hw.drm import OpenNode
from npucore_tinyacc import uapi
from npucore_tinyacc.stream import Run

TIMEOUT_NS = 10_000_000_000


class OpenFile(OpenNode):
    """The driver's calls, typed, with errors in sentences."""

    driver = uapi.DRIVER
    advice = {errno.ETIMEDOUT: "tasks do not end: others keep the NPU busy"}  # noqa: RUF012

    def create(self, size_bytes: int) -> tuple[int, int, Bytes]:
        """A buffer: its handle, the NPU's address, the memory itself."""
        new = uapi.New(size=size_bytes)
        self._call("NEW", uapi.NEW, new)
        self._handles.add(new.handle)
        return new.handle, new.address, np.frombuffer(self._map(size_bytes, new.offset), np.uint8)

    def release(self, handle: int) -> None:
        """Give a buffer back."""
        self._forget(handle)

    def submit(self, runs: Sequence[Run]) -> int:
        """Queue tasks; their fence."""
        tasks = (uapi.Task * len(runs))(*(uapi.Task(*run) for run in runs))
        asked = uapi.Submit(tasks=c.addressof(tasks), count=len(runs))
        self._call("SUBMIT", uapi.SUBMIT, asked)
        return int(asked.fence)

    def wait(self, fence: int) -> int:
        """How many tasks have run to their end."""
        asked = uapi.Wait(timeout_ns=self.clock_ns() + TIMEOUT_NS, fence=fence)
        self._call("WAIT", uapi.WAIT, asked)
        return int(asked.ended)


class DrmDevice:
    """Implements `npucore.family.device.Device`. One file keeps one core busy."""

    def __init__(self, file: OpenFile) -> None:
        self.file = file
        self._handles: dict[int, int] = {}

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """Wherever the driver puts it."""
        handle, address, data = self.file.create(size_bytes)
        self._handles[address] = handle
        return address, data

    def prepare(self, jobs: Sequence[Run], read_back: Sequence[int] = ()) -> DrmSubmission:
        """There is nothing to hand over: memory is coherent."""
        return DrmSubmission(self.file, jobs)

    def free(self, addresses: Sequence[int]) -> None:
        """Give buffers back."""
        for address in addresses:
            self.file.release(self._handles.pop(address))

    def clock_ns(self) -> int:
        """The kernel's clock for deadlines."""
        return self.file.clock_ns()

    def close(self) -> None:
        """Give everything back."""
        self.file.close()


@dataclass(slots=True)
class DrmSubmission:
    """Tasks that may be run again and again."""

    file: OpenFile
    runs: Sequence[Run]
    fence: int = 0

    def start(self) -> None:
        """Queue all."""
        if self.runs:
            self.fence = self.file.submit(self.runs)

    def finish(self) -> None:
        """Wait for the last one."""
        ended = self.file.wait(self.fence) if self.runs else 0
        if ended < len(self.runs):
            raise StoppedJobError(ended, "did not end: the driver has reset the NPU")
