# SPDX-License-Identifier: MIT
"""The one seam between a driver's user and the kernel, and the numbers of its requests."""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import select
import time
from pathlib import Path
from typing import Protocol

from npucore.errors import InputError

AGAIN = 100  # how often a call that the kernel wants again is made
WRITE, READ = 1, 2  # as seen from the program: what it hands over, what it gets back


def request(direction: int, kind: str, number: int, size_bytes: int) -> int:
    """The number of a request, as asm-generic/ioctl.h makes it.

    >>> hex(request(READ | WRITE, "d", 0x40, 24))
    '0xc0186440'
    """
    return direction << 30 | size_bytes << 16 | ord(kind) << 8 | number


class Kernel(Protocol):
    """What is asked of an operating system. Everything that fails raises `OSError`."""

    def open(self, path: str) -> int:
        """A new descriptor, for reading and writing."""
        ...

    def close(self, fd: int) -> None: ...

    def ioctl(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        """One call; *argument* may be written to. A signal ends it with EINTR."""
        ...

    def mmap(self, fd: int, size_bytes: int, offset: int) -> mmap.mmap:
        """Shared memory, to read and to write."""
        ...

    def listdir(self, path: str) -> list[str]: ...

    def read_text(self, path: str) -> str:
        """A small file of /proc or /sys."""
        ...

    def clock_ns(self, fd: int) -> int:
        """The clock by which calls on *fd* measure deadlines."""
        ...


class Linux:
    """The kernel that this process runs on."""

    def open(self, path: str) -> int:
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def close(self, fd: int) -> None:
        os.close(fd)

    def ioctl(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        fcntl.ioctl(fd, number, argument, True)

    def mmap(self, fd: int, size_bytes: int, offset: int) -> mmap.mmap:
        return mmap.mmap(
            fd, size_bytes, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE, offset=offset
        )

    def listdir(self, path: str) -> list[str]:
        return os.listdir(path)

    def read_text(self, path: str) -> str:
        return Path(path).read_text(errors="replace")

    def clock_ns(self, fd: int) -> int:
        return time.monotonic_ns()

    def words(self, fd: int, size_bytes: int, offset: int) -> memoryview:
        """Implements `npucore.hw.uio.UioKernel`, as the calls below do."""
        return memoryview(self.mmap(fd, size_bytes, offset)).cast("I")

    def lock(self, fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def poll(self, fd: int, timeout_ns: int) -> bool:
        return bool(select.select([fd], [], [], timeout_ns / 1e9)[0])

    def read(self, fd: int, size_bytes: int) -> bytes:
        return os.read(fd, size_bytes)

    def write(self, fd: int, data: bytes) -> None:
        os.write(fd, data)

    def sleep(self, fd: int, duration_ns: int) -> None:
        time.sleep(duration_ns / 1e9)


def call(kernel: Kernel, fd: int, number: int, argument: ctypes.Structure) -> None:
    """`Kernel.ioctl`, again after every signal, and some times if the kernel wants it again.

    Deadlines are absolute, so that none moves. Source: drmIoctl of libdrm, which has no limit.
    """
    left = AGAIN
    while True:
        try:
            return kernel.ioctl(fd, number, argument)
        except InterruptedError:
            continue
        except BlockingIOError:
            left -= 1
            if not left:
                raise


def as_kernel(choice: object) -> Kernel:
    """*choice*, which a user has given as a kernel. Raises `InputError` if it has not all calls."""
    calls = ("open", "close", "ioctl", "mmap", "listdir", "read_text", "clock_ns")
    if not all(callable(getattr(choice, name, None)) for name in calls):
        raise InputError(f"device {choice!r}, wanted a name or a kernel")
    kernel: Kernel = choice  # type: ignore[assignment]  # it has all calls
    return kernel
