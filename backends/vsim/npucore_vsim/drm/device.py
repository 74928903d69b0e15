# SPDX-License-Identifier: MIT
"""A core of a board as a device: buffers at addresses of our own, streams, fences."""

from __future__ import annotations

import errno
from collections.abc import Sequence

from npucore.errors import DeviceError
from npucore.family.code import Bytes
from npucore.family.device import StoppedJobError
from npucore.hw.ioctl import Kernel
from npucore.hw.memory import PAGE_BYTES
from npucore_vsim.chip import Chip
from npucore_vsim.drm.cores import SPACE_BYTES, find_core, first_address
from npucore_vsim.drm.file import Bo, Fence, OpenFile

TIMEOUT_SECONDS = 5
ENDED, RUNS = 1, 0


class EtnavivDevice:
    """One core. Descriptors hold addresses of 32 bits, so that softpin is needed.

    Raises `DeviceError` for what the kernel refuses. Source: vsim hardware reference 9.
    """

    def __init__(self, kernel: Kernel, path: str, chip: Chip) -> None:
        self.file = OpenFile(kernel, path)
        self._bos: dict[int, Bo] = {}
        self._fences: set[Fence] = set()
        try:
            core = find_core(self.file, chip)
            start = first_address(self.file, core)
        except BaseException:
            self.close()
            raise
        self._pipe = core.pipe
        self._end = -(-start // PAGE_BYTES) * PAGE_BYTES

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """Zeroed pages behind those given out before."""
        pages = -(-size_bytes // PAGE_BYTES) * PAGE_BYTES
        if self._end + pages > SPACE_BYTES:
            raise DeviceError(f"{pages} bytes do not fit behind {self._end:#x}, below 4 GiB")
        bo = self.file.create(pages, self._end)
        self._bos[bo.address] = bo
        self._end += pages + PAGE_BYTES
        return bo.address, bo.data

    def prepare(
        self, jobs: Sequence[list[int]], read_back: Sequence[int] = ()
    ) -> EtnavivSubmission:
        """A submission for each command stream; buffers are handed over when it starts."""
        return EtnavivSubmission(self, jobs)

    def drain(self) -> None:
        """Wait for streams that were not waited for, as after an interrupt from the keyboard."""
        for fence in [*self._fences]:
            self.wait(fence)

    def submit(self, words: list[int]) -> Fence:
        """Hand all buffers to the NPU, and the words to the driver; `wait` for the fence."""
        for bo in self._bos.values():
            self.file.finish(bo)
        fence = self.file.submit(self._pipe, words, [*self._bos.values()])
        self._fences.add(fence)
        return fence

    def wait(self, fence: Fence) -> None:
        """Until the words have run, and the CPU may read the buffers again.

        Raises `StoppedJobError` if the driver says that it has stopped them.
        """
        try:
            self._wait(fence)
        finally:
            self._forget(fence)

    def _wait(self, fence: Fence) -> None:
        """A fence comes for a job that was stopped, too; how it ended, its file tells.

        Source: etnaviv_sched.c and drm_sched_resubmit_jobs of Linux 6.x, read, not run.
        """
        deadline = self.file.deadline(TIMEOUT_SECONDS)
        self.file.wait(self._pipe, fence, deadline)
        for bo in self._bos.values():
            self.file.prepare(bo, deadline)
        status = self.file.status(fence)
        if status == ENDED:
            return
        if status == RUNS:
            raise DeviceError(f"{self.file.path}: the job still runs, though its fence has come")
        name = errno.errorcode.get(-status, status)
        raise StoppedJobError(
            0,
            f"{self.file.path}: the driver has stopped the job ({name}): it hung, or reached "
            "beyond its buffers; the kernel's log says which",
        )

    def _forget(self, fence: Fence) -> None:
        self._fences.discard(fence)
        self.file.forget(fence)

    def free(self, addresses: Sequence[int]) -> None:
        """Give buffers back; their addresses are not used again."""
        self.drain()
        for address in addresses:
            self.file.release(self._bos.pop(address))

    def clock_ns(self) -> int:
        """The kernel's clock for deadlines."""
        return self.file.clock_ns()

    def close(self) -> None:
        """Give everything back. Safe to call twice."""
        for fence in [*self._fences]:  # of streams that were not waited for
            self._forget(fence)
        self._bos.clear()  # with the views that would keep memory mapped
        self.file.close()


class EtnavivSubmission:
    """Command streams, one after the other."""

    def __init__(self, device: EtnavivDevice, streams: Sequence[list[int]]) -> None:
        self._device, self._streams = device, tuple(streams)
        self._fences: list[Fence] = []

    def start(self) -> None:
        """Queue all, after whatever still runs."""
        self._device.drain()
        self._fences = [self._device.submit(words) for words in self._streams]

    def finish(self) -> None:
        """Wait for all; raises as `EtnavivDevice.wait` does."""
        for fence in self._fences:
            self._device.wait(fence)
