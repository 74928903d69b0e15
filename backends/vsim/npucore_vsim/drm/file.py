# SPDX-License-Identifier: MIT
"""One open render node: its calls, typed, restarted after signals, errors in sentences."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import mmap
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from npucore.errors import DeviceError
from npucore.hw.ioctl import Kernel, call
from npucore_vsim import uapi

Bytes = npt.NDArray[np.uint8]
NAME_BYTES = 32
AGAIN = 100  # how often a call that the kernel wants again is made again
ADVICE = {
    errno.EACCES: "no permission; `npucore doctor` says how to get it",
    errno.EPERM: "no permission; in a container, the device has to be passed in",
    errno.ENODEV: "the device is gone",
    errno.ENOENT: "it is not there",
    errno.ENXIO: "the core is gone",
    errno.ENOMEM: "the kernel has no memory left",
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


class OpenFile:
    """A descriptor with all that was made through it. Not for several threads at once.

    Raises `DeviceError` for everything that the kernel refuses, and for a node of another driver.
    """

    def __init__(self, kernel: Kernel, path: str) -> None:
        self.kernel, self.path = kernel, path
        self._bos: dict[int, Bo] = {}  # by handle
        try:
            self._fd: int | None = kernel.open(path)
        except OSError as error:
            raise self._error("open", error) from error
        try:
            self.version = self._version()
        except BaseException:
            self.close()
            raise

    def _version(self) -> tuple[int, int]:
        """Major and minor. Raises `DeviceError` for any other driver."""
        name = ctypes.create_string_buffer(NAME_BYTES)
        version = uapi.Version(name_size=NAME_BYTES, name=ctypes.addressof(name))
        self._call("VERSION", uapi.VERSION, version)
        found = name.raw[: min(version.name_size, NAME_BYTES)].decode(errors="replace")
        if found != uapi.DRIVER:
            raise DeviceError(f"{self.path}: the driver is {found!r}, wanted {uapi.DRIVER!r}")
        return version.major, version.minor

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
        made = self._bos[new.handle] = Bo(new.handle, address, data)
        return made

    def _map(self, size_bytes: int, offset: int) -> mmap.mmap:
        try:
            return self.kernel.mmap(self._opened(), size_bytes, offset)
        except OSError as error:
            raise self._error("mmap", error) from error

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
        try:
            now = self.kernel.clock_ns(self._opened())
        except OSError as error:
            raise self._error("clock", error) from error
        return uapi.Timespec(now // 10**9 + seconds, now % 10**9)

    def close(self) -> None:
        """Give everything back, whatever fails on the way. Safe to call twice."""
        if self._fd is None:
            return
        for handle in [*self._bos]:
            self._forget(handle)
        self._bos.clear()
        fd, self._fd = self._fd, None
        with contextlib.suppress(OSError):
            self.kernel.close(fd)

    def _forget(self, handle: int) -> None:
        with contextlib.suppress(DeviceError):
            self._call("GEM_CLOSE", uapi.GEM_CLOSE, uapi.GemClose(handle=handle))

    def _call(
        self, name: str, number: int, argument: ctypes.Structure, fd: int | None = None
    ) -> None:
        try:
            self._make(number, argument, fd)
        except OSError as error:
            raise self._error(name, error) from error

    def _make(self, number: int, argument: ctypes.Structure, fd: int | None = None) -> None:
        """Make a call, again after every signal, and some times if the kernel wants it again."""
        for _ in range(AGAIN):
            with contextlib.suppress(BlockingIOError):
                call(self.kernel, self._opened() if fd is None else fd, number, argument)
                return
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    def _opened(self) -> int:
        if self._fd is None:
            raise DeviceError(f"{self.path}: it is closed")
        return self._fd

    def _error(self, what: str, error: OSError) -> DeviceError:
        number = error.errno or 0
        why = ADVICE.get(number) or os.strerror(number)
        return DeviceError(f"{self.path}: {what}: {why} ({errno.errorcode.get(number, number)})")
