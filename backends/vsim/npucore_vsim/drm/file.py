# SPDX-License-Identifier: MIT
"""One open render node: its calls, typed, errors in sentences."""

from __future__ import annotations

import ctypes
import mmap
import os
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.errors import DeviceError
from npucore.hw.ioctl import Kernel, call
from npucore_vsim import uapi

Bytes = npt.NDArray[np.uint8]
NAME_BYTES = 32


@dataclass(frozen=True, slots=True, eq=False)
class Bo:
    """A buffer and the address that the NPU sees it at."""

    handle: int
    address: int
    data: Bytes
    mapping: mmap.mmap


class OpenFile:
    """A descriptor. Raises `DeviceError` for what the kernel refuses, and for another driver."""

    def __init__(self, kernel: Kernel, path: str) -> None:
        self.kernel, self.path = kernel, path
        try:
            self._fd = kernel.open(path)
        except OSError as error:
            raise self._error("open", error) from error
        try:
            if (found := self._driver()) != uapi.DRIVER:
                raise DeviceError(f"{path}: the driver is {found!r}, wanted {uapi.DRIVER!r}")
        except BaseException:
            self.close()
            raise

    def _driver(self) -> str:
        name = ctypes.create_string_buffer(NAME_BYTES)
        version = uapi.Version(name_size=NAME_BYTES, name=ctypes.addressof(name))
        self._call("VERSION", uapi.VERSION, version)
        return name.raw[: min(version.name_size, NAME_BYTES)].decode(errors="replace")

    def param(self, pipe: int, param: int) -> int:
        """A fact about a core."""
        asked = uapi.Param(pipe=pipe, param=param)
        self._call("GET_PARAM", uapi.GET_PARAM, asked)
        return int(asked.value)

    def create(self, size_bytes: int, address: int) -> Bo:
        """A zeroed buffer, mapped; the NPU will see it at *address*."""
        new = uapi.GemNew(size=size_bytes, flags=uapi.WRITE_COMBINED)
        self._call("GEM_NEW", uapi.GEM_NEW, new)
        info = uapi.GemInfo(handle=new.handle)
        try:
            self._call("GEM_INFO", uapi.GEM_INFO, info)
            mapping = self.kernel.mmap(self._fd, size_bytes, info.offset)
        except (OSError, DeviceError) as error:
            self._call("GEM_CLOSE", uapi.GEM_CLOSE, uapi.GemClose(handle=new.handle))
            if isinstance(error, OSError):
                raise self._error("mmap", error) from error
            raise
        data = np.frombuffer(mapping, np.uint8)
        data[:] = 0
        return Bo(new.handle, address, data, mapping)

    def release(self, bo: Bo) -> None:
        """Give a buffer back."""
        self._call("GEM_CLOSE", uapi.GEM_CLOSE, uapi.GemClose(handle=bo.handle))

    def prepare(self, bo: Bo, timeout: uapi.Timespec) -> None:
        """Wait until the CPU may read and write."""
        op = uapi.PREP_READ | uapi.PREP_WRITE
        asked = uapi.GemCpuPrep(handle=bo.handle, op=op, timeout=timeout)
        self._call("GEM_CPU_PREP", uapi.GEM_CPU_PREP, asked)

    def finish(self, bo: Bo) -> None:
        """Hand *bo* to the NPU."""
        self._call("GEM_CPU_FINI", uapi.GEM_CPU_FINI, uapi.GemCpuFini(handle=bo.handle))

    def submit(self, pipe: int, words: list[int], bos: list[Bo]) -> int:
        """The fence of a command stream on its way."""
        flags = uapi.BO_READ | uapi.BO_WRITE
        listed = (uapi.SubmitBo * len(bos))(
            *(uapi.SubmitBo(flags=flags, handle=bo.handle, presumed=bo.address) for bo in bos)
        )
        stream = np.array(words, "<u4")
        asked = uapi.GemSubmit(
            pipe=pipe,
            exec_state=uapi.PIPE_3D,
            nr_bos=len(bos),
            bos=ctypes.addressof(listed),
            stream=stream.ctypes.data,
            stream_size=stream.nbytes,
            flags=uapi.SOFTPIN,
        )
        self._call("GEM_SUBMIT", uapi.GEM_SUBMIT, asked)
        return int(asked.fence)

    def wait(self, pipe: int, fence: int, timeout: uapi.Timespec) -> None:
        """Until the stream has run."""
        asked = uapi.WaitFence(pipe=pipe, fence=fence, timeout=timeout)
        self._call("WAIT_FENCE", uapi.WAIT_FENCE, asked)

    def deadline(self, seconds: int) -> uapi.Timespec:
        """That far ahead, on the clock that the kernel goes by."""
        now = self.kernel.clock_ns(self._fd)
        return uapi.Timespec(now // 10**9 + seconds, now % 10**9)

    def close(self) -> None:
        """Give the descriptor back."""
        self.kernel.close(self._fd)

    def _call(self, name: str, number: int, argument: ctypes.Structure) -> None:
        try:
            call(self.kernel, self._fd, number, argument)
        except OSError as error:
            raise self._error(name, error) from error

    def _error(self, name: str, error: OSError) -> DeviceError:
        return DeviceError(f"{self.path}: {name}: {os.strerror(error.errno or 0)}")
