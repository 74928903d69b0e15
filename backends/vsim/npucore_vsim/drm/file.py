# SPDX-License-Identifier: MIT
"""One open render node: its calls, typed, restarted after signals, errors in sentences."""

from __future__ import annotations

import contextlib
import ctypes
import errno
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from npucore.errors import DeviceError
from npucore.hw.drm import OpenNode
from npucore_vsim import uapi

Bytes = npt.NDArray[np.uint8]
ADVICE = {
    errno.ENOENT: "it is not there",
    errno.ENXIO: "the core is gone",
    errno.ENOSPC: "the address space is taken",
    errno.ENOTTY: "this is no node of the etnaviv driver",
    errno.ETIMEDOUT: "the job has not ended in time: it hangs, or others keep the NPU busy",
}


@dataclass(frozen=True, slots=True, eq=False)
class Bo:
    """A buffer and the address that the NPU sees it at."""

    handle: int
    address: int
    data: Bytes


class Fence(NamedTuple):
    """A submit under way: its number, and the descriptor of a file that tells how it ended."""

    number: int
    fd: int


class OpenFile(OpenNode):
    """A descriptor with all that was made through it. Not for several threads at once.

    Raises `DeviceError` for everything that the kernel refuses, and for a node of another driver.
    """

    driver = uapi.DRIVER
    advice = ADVICE

    def param(self, pipe: int, param: int) -> int:
        """A fact about a core."""
        asked = uapi.Param(pipe=pipe, param=param)
        self._call("GET_PARAM", uapi.GET_PARAM, asked)
        return int(asked.value)

    def has(self, pipe: int) -> bool:
        """Whether a core is there; the kernel leaves gaps where one did not start."""
        try:
            self._make(uapi.GET_PARAM, uapi.Param(pipe, uapi.MODEL))
        except OSError as error:
            if error.errno == errno.ENXIO:
                return False
            raise self._error("GET_PARAM", error) from error
        return True

    def create(self, size_bytes: int, address: int) -> Bo:
        """A zeroed buffer, mapped; the NPU will see it at *address*."""
        new = uapi.GemNew(size=size_bytes, flags=uapi.WRITE_COMBINED)
        self._call("GEM_NEW", uapi.GEM_NEW, new)
        try:
            info = uapi.GemInfo(handle=new.handle)
            self._call("GEM_INFO", uapi.GEM_INFO, info)
            data = np.frombuffer(self._map(size_bytes, info.offset), np.uint8)
            data[:] = 0
        except BaseException:
            self._forget(new.handle)
            raise
        self._handles.add(new.handle)
        return Bo(new.handle, address, data)

    def release(self, bo: Bo) -> None:
        """Give a buffer back; its memory is unmapped with the last view of it."""
        self._forget(bo.handle)

    def prepare(self, bo: Bo, deadline: uapi.Timespec) -> None:
        """Wait until the CPU may read and write."""
        op = uapi.PREP_READ | uapi.PREP_WRITE
        asked = uapi.GemCpuPrep(handle=bo.handle, op=op, timeout=deadline)
        self._call("GEM_CPU_PREP", uapi.GEM_CPU_PREP, asked)

    def finish(self, bo: Bo) -> None:
        """Hand *bo* to the NPU."""
        self._call("GEM_CPU_FINI", uapi.GEM_CPU_FINI, uapi.GemCpuFini(handle=bo.handle))

    def submit(self, pipe: int, words: list[int], bos: Sequence[Bo]) -> Fence:
        """Send a command stream on its way; `forget` the fence in any case."""
        stream = np.array(words, "<u4")
        if stream.nbytes > uapi.MOST_STREAM_BYTES:
            raise DeviceError(
                f"{self.path}: a command stream of {stream.nbytes} bytes, but the driver takes "
                f"{uapi.MOST_STREAM_BYTES} at most"
            )
        flags = uapi.BO_READ | uapi.BO_WRITE
        listed = (uapi.SubmitBo * len(bos))(
            *(uapi.SubmitBo(flags=flags, handle=bo.handle, presumed=bo.address) for bo in bos)
        )
        asked = uapi.GemSubmit(
            pipe=pipe,
            exec_state=uapi.PIPE_3D,
            nr_bos=len(bos),
            bos=ctypes.addressof(listed),
            stream=stream.ctypes.data,
            stream_size=stream.nbytes,
            flags=uapi.SOFTPIN | uapi.FENCE_FD_OUT,
            fence_fd=-1,
        )
        self._call("GEM_SUBMIT", uapi.GEM_SUBMIT, asked)
        return Fence(int(asked.fence), int(asked.fence_fd))

    def wait(self, pipe: int, fence: Fence, deadline: uapi.Timespec) -> None:
        """Until the stream has run, or the driver has given it up."""
        asked = uapi.WaitFence(pipe=pipe, fence=fence.number, timeout=deadline)
        self._call("WAIT_FENCE", uapi.WAIT_FENCE, asked)

    def status(self, fence: Fence) -> int:
        """1 for a submit that ended, 0 for one that runs, -errno for one that was given up."""
        info = uapi.FileInfo()
        self._call("SYNC_IOC_FILE_INFO", uapi.FILE_INFO, info, fence.fd)
        return int(info.status)

    def forget(self, fence: Fence) -> None:
        """Give the fence's file back."""
        with contextlib.suppress(OSError):
            self.kernel.close(fence.fd)

    def deadline(self, seconds: int) -> uapi.Timespec:
        """That far ahead, on the clock that the kernel goes by."""
        now = self.clock_ns()
        return uapi.Timespec(now // 10**9 + seconds, now % 10**9)
