# SPDX-License-Identifier: MIT
"""A core of a board as a device: buffers at addresses of our own, streams, fences."""

from __future__ import annotations

import errno

from npucore.errors import DeviceError
from npucore.hw.ioctl import Kernel
from npucore_vsim.chip import Chip
from npucore_vsim.coefs.kernels import Bytes
from npucore_vsim.drm.cores import SPACE_BYTES, find_core, first_address
from npucore_vsim.drm.file import Bo, Fence, OpenFile
from npucore_vsim.errors import StoppedJobError

PAGE_BYTES = 4096
TIMEOUT_SECONDS = 5
ENDED, RUNS = 1, 0


class EtnavivDevice:
    """One core. Descriptors hold addresses of 32 bits, so that softpin is needed.

    Raises `DeviceError` for what the kernel refuses. Source: vsim hardware reference 9.
    """

    def __init__(self, kernel: Kernel, path: str, chip: Chip) -> None:
        self.file = OpenFile(kernel, path)
        self._bos: list[Bo] = []
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
        self._bos.append(bo)
        self._end += pages + PAGE_BYTES
        return bo.address, bo.data

    def submit(self, words: list[int]) -> None:
        """Run the words and wait, buffers the NPU's meanwhile.

        Raises `DeviceError` also if the driver says that it has stopped them.
        """
        for bo in self._bos:
            self.file.finish(bo)
        fence = self.file.submit(self._pipe, words, self._bos)
        try:
            self._wait(fence)
        finally:
            self.file.forget(fence)

    def _wait(self, fence: Fence) -> None:
        """A fence comes for a job that was stopped, too; how it ended, its file tells.

        Source: etnaviv_sched.c and drm_sched_resubmit_jobs of Linux 6.x, read, not run.
        """
        deadline = self.file.deadline(TIMEOUT_SECONDS)
        self.file.wait(self._pipe, fence, deadline)
        for bo in self._bos:
            self.file.prepare(bo, deadline)
        status = self.file.status(fence)
        if status == ENDED:
            return
        if status == RUNS:
            raise DeviceError(f"{self.file.path}: the job still runs, though its fence has come")
        name = errno.errorcode.get(-status, status)
        raise StoppedJobError(
            f"{self.file.path}: the driver has stopped the job ({name}): it hung, or reached "
            "beyond its buffers; the kernel's log says which"
        )

    def close(self) -> None:
        """Give everything back. Safe to call twice."""
        self._bos.clear()  # with the views that would keep memory mapped
        self.file.close()
