# SPDX-License-Identifier: MIT
"""What every driver of the kernel's DRM subsystem has: a version, handles, memory to map.

Structures and numbers: include/uapi/drm/drm.h of Linux.
"""

from __future__ import annotations

import contextlib
import ctypes as c
import errno
import mmap
import os
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from npucore.errors import DeviceError
from npucore.hw.ioctl import READ, WRITE, Kernel, call, request

KIND = "d"
NAME_BYTES = 32
ADVICE = {
    errno.EACCES: "no permission; `npucore doctor` says how to get it",
    errno.EPERM: "no permission; in a container, the device has to be passed in",
    errno.ENODEV: "the device is gone",
    errno.ENOENT: "the device is gone",
    errno.ENXIO: "the device is gone",
    errno.ENOMEM: "the kernel has no memory left",
}


class Version(c.Structure):
    """``struct drm_version``: which driver answers; the caller brings the memory for the names."""

    _fields_ = (
        ("version_major", c.c_int),
        ("version_minor", c.c_int),
        ("version_patchlevel", c.c_int),
        ("name_len", c.c_size_t),
        ("name", c.c_void_p),
        ("date_len", c.c_size_t),
        ("date", c.c_void_p),
        ("desc_len", c.c_size_t),
        ("desc", c.c_void_p),
    )


class GemClose(c.Structure):
    """``struct drm_gem_close``: give a handle back."""

    _fields_ = (("handle", c.c_uint32), ("pad", c.c_uint32))


VERSION = request(READ | WRITE, KIND, 0x00, c.sizeof(Version))
GEM_CLOSE = request(WRITE, KIND, 0x09, c.sizeof(GemClose))


class Release(NamedTuple):
    """Of a driver."""

    major: int
    minor: int
    patchlevel: int

    def __str__(self) -> str:
        return ".".join(map(str, self))


class OpenNode:
    """An open node of one driver, with all that was made through it. Not for several threads.

    A subclass names its *driver* and says in *advice* what the errors of its calls mean. Raises
    `DeviceError` for everything that the kernel refuses, and for a node of another driver.
    """

    driver: ClassVar[str]
    advice: ClassVar[Mapping[int, str]] = {}

    def __init__(self, kernel: Kernel, path: str) -> None:
        self.kernel, self.path = kernel, path
        self._handles: set[int] = set()
        try:
            self._fd: int | None = kernel.open(path)
        except OSError as error:
            raise self._error("open", error) from error
        try:
            self.version = self._version()
        except BaseException:
            self.close()
            raise

    def _version(self) -> Release:
        name = c.create_string_buffer(NAME_BYTES)
        asked = Version(name_len=NAME_BYTES, name=c.addressof(name))
        self._call("VERSION", VERSION, asked)
        found = name.raw[: min(asked.name_len, NAME_BYTES)].decode(errors="replace")
        if found != self.driver:
            raise DeviceError(f"{self.path}: the driver is {found!r}, wanted {self.driver!r}")
        return Release(asked.version_major, asked.version_minor, asked.version_patchlevel)

    def close(self) -> None:
        """Give everything back, whatever fails on the way. Safe to call twice."""
        if self._fd is None:
            return
        for handle in [*self._handles]:
            self._forget(handle)
        fd, self._fd = self._fd, None
        with contextlib.suppress(OSError):
            self.kernel.close(fd)

    def clock_ns(self) -> int:
        """What deadlines are measured by."""
        try:
            return self.kernel.clock_ns(self._opened())
        except OSError as error:
            raise self._error("clock", error) from error

    def _map(self, size_bytes: int, offset: int) -> mmap.mmap:
        try:
            return self.kernel.mmap(self._opened(), size_bytes, offset)
        except OSError as error:
            raise self._error("mmap", error) from error

    def _forget(self, handle: int) -> None:
        """Give a handle back; its memory is unmapped with the last view of it."""
        self._handles.discard(handle)
        with contextlib.suppress(DeviceError):
            self._call("GEM_CLOSE", GEM_CLOSE, GemClose(handle=handle))

    def _call(self, name: str, number: int, argument: c.Structure, fd: int | None = None) -> None:
        """One call; through *fd*, if it is for a file that the driver has made."""
        try:
            self._make(number, argument, fd)
        except OSError as error:
            raise self._error(name, error) from error

    def _make(self, number: int, argument: c.Structure, fd: int | None = None) -> None:
        """One call. Raises `OSError`."""
        call(self.kernel, self._opened() if fd is None else fd, number, argument)

    def _opened(self) -> int:
        if self._fd is None:
            raise DeviceError(f"{self.path}: it is closed")
        return self._fd

    def _error(self, what: str, error: OSError) -> DeviceError:
        number = error.errno or 0
        why = self.advice.get(number) or ADVICE.get(number) or os.strerror(number)
        return DeviceError(f"{self.path}: {what}: {why} ({errno.errorcode.get(number, number)})")
