# SPDX-License-Identifier: MIT
"""One open file of the driver: its calls, typed, restarted after signals, errors in sentences."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import mmap
import os
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.errors import DeviceError
from npucore.hw.ioctl import Kernel, call
from npucore_rocket import uapi

Bytes = npt.NDArray[np.uint8]

SPACE_BYTES = 1 << 32  # registers hold addresses of 32 bits
NAME_BYTES = 32
STILL_BUSY = (errno.EBUSY, errno.ETIMEDOUT)
ADVICE = {
    errno.EACCES: "no permission; `npucore doctor` says how to get it",
    errno.EPERM: "no permission; in a container, the device has to be passed in",
    errno.ENODEV: "the device is gone",
    errno.ENOENT: "the device is gone",
    errno.ENXIO: "the device is gone",
    errno.ENOMEM: "the kernel has no memory left",
    errno.ENOTTY: "this is no NPU of the rocket driver",
}


@dataclass(frozen=True, slots=True, eq=False)
class Bo:
    """A buffer object; *data* is empty if it is not mapped."""

    handle: int
    address: int
    data: Bytes


class OpenFile:
    """A descriptor with all that was made through it. Not for several threads at once.

    Raises `DeviceError` for everything that the kernel refuses, and for a node of another driver.
    """

    def __init__(self, kernel: Kernel, path: str) -> None:
        self.kernel, self.path = kernel, path
        self._bos: dict[int, Bo] = {}  # by handle
        self._prep, self._fini = uapi.PrepBo(), uapi.FiniBo()
        try:
            self._fd: int | None = kernel.open(path)
        except OSError as error:
            raise self._error("open", error) from error
        try:
            self.version = self._version()
        except BaseException:
            self.close()
            raise

    def _version(self) -> str:
        """``rocket 0.0.0``. Raises `DeviceError` for any other driver."""
        name = ctypes.create_string_buffer(NAME_BYTES)
        version = uapi.Version(name_len=NAME_BYTES, name=ctypes.addressof(name))
        self._call("VERSION", uapi.VERSION, version)
        found = name.raw[: min(version.name_len, NAME_BYTES)].decode(errors="replace")
        if found != uapi.DRIVER:
            raise DeviceError(f"{self.path}: the driver is {found!r}, wanted {uapi.DRIVER!r}")
        return (
            f"{found} {version.version_major}.{version.version_minor}.{version.version_patchlevel}"
        )

    def create(self, size_bytes: int, mapped: bool = True) -> Bo:
        """A zeroed buffer. Raises `DeviceError` also if registers cannot hold its address."""
        bo = uapi.CreateBo(size=size_bytes)
        self._call("CREATE_BO", uapi.CREATE_BO, bo)
        try:
            if bo.dma_address + size_bytes > SPACE_BYTES:
                raise DeviceError(f"{self.path}: a buffer at {bo.dma_address:#x}, above 4 GiB")
            mapping = self._map(size_bytes, bo.offset) if mapped else None
        except BaseException:
            self._forget(bo.handle)
            raise
        data = np.frombuffer(b"" if mapping is None else mapping, np.uint8)
        made = self._bos[bo.handle] = Bo(bo.handle, bo.dma_address, data)
        return made

    def _map(self, size_bytes: int, offset: int) -> mmap.mmap:
        try:
            return self.kernel.mmap(self._opened(), size_bytes, offset)
        except OSError as error:
            raise self._error("mmap", error) from error

    def release(self, bo: Bo) -> None:
        """Give a buffer back; its memory is unmapped with the last view of it."""
        self._forget(self._bos.pop(bo.handle).handle)

    def wait(self, handle: int, deadline_ns: int = 0) -> bool:
        """Whether a buffer's writers ended by then, 0 for now; the CPU sees what they wrote.

        That they ended well, the driver does not say.
        """
        self._prep.handle, self._prep.timeout_ns = handle, deadline_ns
        try:
            call(self.kernel, self._opened(), uapi.PREP_BO, self._prep)
        except OSError as error:
            if error.errno in STILL_BUSY:
                return False
            raise self._error("PREP_BO", error) from error
        return True

    def hand_over(self, handle: int) -> None:
        """Let the NPU see what the CPU wrote."""
        self._fini.handle = handle
        self._call("FINI_BO", uapi.FINI_BO, self._fini)

    def submit(self, request: uapi.Submit) -> None:
        """Queue jobs. That each was taken, the driver does not say."""
        self._call("SUBMIT", uapi.SUBMIT, request)

    def clock_ns(self) -> int:
        """What deadlines are measured by."""
        return self.kernel.clock_ns(self._opened())

    def close(self) -> None:
        """Give everything back, whatever fails on the way. Safe to call twice."""
        if self._fd is None:
            return
        for bo in [*self._bos.values()]:
            self.release(bo)
        fd, self._fd = self._fd, None
        with contextlib.suppress(OSError):
            self.kernel.close(fd)

    def _forget(self, handle: int) -> None:
        with contextlib.suppress(DeviceError):
            self._call("GEM_CLOSE", uapi.GEM_CLOSE, uapi.GemClose(handle=handle))

    def _call(self, name: str, number: int, argument: ctypes.Structure) -> None:
        try:
            call(self.kernel, self._opened(), number, argument)
        except OSError as error:
            raise self._error(name, error) from error

    def _opened(self) -> int:
        if self._fd is None:
            raise DeviceError(f"{self.path}: it is closed")
        return self._fd

    def _error(self, what: str, error: OSError) -> DeviceError:
        number = error.errno or 0
        why = ADVICE.get(number) or os.strerror(number)
        return DeviceError(f"{self.path}: {what}: {why} ({errno.errorcode.get(number, number)})")
