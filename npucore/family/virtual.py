# SPDX-License-Identifier: MIT
"""Parts of a virtual kernel that belong to no driver: descriptors, handles, mappings, faults.

A family adds what its driver does at each request, and how its chip runs jobs.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import mmap
import os
import threading
import time
import weakref
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from npucore.hw.faults import Faults
from npucore.hw.memory import Memory

FIRST_FD = 1000  # numbers that no real file of this process has


def refusal(number: int, why: str = "") -> OSError:
    """An error as the kernel gives it."""
    return OSError(number, why or os.strerror(number))


class CountedMapping(mmap.mmap):
    """A mapping that a test can count."""


class Buffer(Protocol):
    """A buffer object of an open file."""

    @property
    def handle(self) -> int: ...

    @property
    def offset(self) -> int:
        """For mmap."""
        ...


class File(Protocol):
    """An open file."""

    alive: bool
    """False once the device has vanished under it."""


BufferT = TypeVar("BufferT", bound=Buffer)
FileT = TypeVar("FileT", bound=File)


class Handles(ABC, Generic[BufferT]):
    """One file's buffers by handle, and the memory that the NPU sees."""

    def __init__(self) -> None:
        self.npu = Memory()
        self.bos: dict[int, BufferT] = {}
        self._next = 1

    def add(self, bo: BufferT) -> BufferT:
        """Keep a buffer that was made for `next_handle`."""
        self.bos[bo.handle] = bo
        self._next += 1
        return bo

    @property
    def next_handle(self) -> int:
        """Handles are not used again."""
        return self._next

    @abstractmethod
    def unmap(self, bo: BufferT) -> None:
        """Take a buffer from the NPU's sight, and from the CPU's."""

    def find(self, handle: int, number: int = errno.ENOENT) -> BufferT:
        """Raises *number* for a handle that the file has not."""
        if handle not in self.bos:
            raise refusal(number, f"no handle {handle}")
        return self.bos[handle]

    def at(self, offset: int) -> BufferT:
        """The buffer of an offset for mmap. Raises EINVAL."""
        for bo in self.bos.values():
            if bo.offset == offset:
                return bo
        raise refusal(errno.EINVAL, f"no offset {offset:#x}")

    def close(self, handle: int) -> None:
        """Raises EINVAL, as drm_gem_handle_delete does."""
        bo = self.find(handle, errno.EINVAL)
        del self.bos[handle]
        self.unmap(bo)

    def __iter__(self) -> Iterator[BufferT]:
        return iter(list(self.bos.values()))

    def clear(self) -> None:
        """The file is closed."""
        for handle in list(self.bos):
            self.close(handle)


class Clock(threading.local):
    """How far each thread of the program is; *real* lets it wait as long as it is told."""

    now = 0
    left = 0  # the thread's CPU time when it last left the kernel

    def __init__(self, real: bool, host_scale: float) -> None:
        self.real, self.host_scale = real, host_scale

    def enter(self) -> None:
        """The thread has worked since it left, which takes *host_scale* of its CPU time."""
        if self.host_scale and self.left:
            self.now += round(self.host_scale * (time.thread_time_ns() - self.left))

    def leave(self) -> None:
        """The thread goes on with its own work."""
        if self.host_scale:
            self.left = time.thread_time_ns()


class OneNodeKernel(ABC, Generic[FileT]):
    """Implements `npucore.hw.ioctl.Kernel` for a machine with one node.

    *faults* says what goes wrong where; *vanished* is the effect of a device that is gone. With
    *serial*, calls of several threads come one after the other.
    """

    node: str
    """The path that can be opened."""
    points: Mapping[str, object]
    """Where faults may be ordered of ``open``, ``close``, ``mmap`` and ``clock``, if at all."""

    def __init__(self, faults: Faults[Any, Any], vanished: object, serial: bool) -> None:
        self.faults, self.present = faults, True
        self.files: dict[int, FileT] = {}
        self._vanished, self._next = vanished, FIRST_FD
        self.serial = threading.RLock() if serial else contextlib.nullcontext()
        self._numbering = threading.Lock()
        self._mappings: weakref.WeakSet[CountedMapping] = weakref.WeakSet()

    @abstractmethod
    def opened(self) -> FileT:
        """A new file of the node. Raises `OSError`."""

    @abstractmethod
    def request(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        """One request to the driver. Raises `OSError`."""

    @abstractmethod
    def mapped(self, file: FileT, size_bytes: int, offset: int) -> CountedMapping:
        """Show a buffer to the CPU. Raises `OSError`."""

    @abstractmethod
    def closing(self, file: FileT) -> None:
        """Drop a file's jobs, and give its memory back."""

    @abstractmethod
    def time_of(self, file: FileT) -> int:
        """Nanoseconds, by which deadlines are measured."""

    @abstractmethod
    def listings(self) -> Mapping[str, Sequence[str]]:
        """Path -> names in it."""

    @abstractmethod
    def small_files(self) -> Mapping[str, str]:
        """Path -> content of a small file."""

    def errno_of(self, effect: object) -> int | None:
        """The error that an effect is for a call; None for one that is none."""
        return effect if isinstance(effect, int) else None

    @property
    def mappings(self) -> int:
        """How many mappings there are."""
        return sum(not mapping.closed for mapping in list(self._mappings))

    def reach(self, point: object) -> None:
        """Somebody is at *point*: raise what was ordered."""
        effect = self.faults.at(point)
        if effect is not None and effect is self._vanished:
            for file in list(self.files.values()):
                file.alive = False
            raise refusal(errno.ENODEV, "the device is gone")
        if (number := self.errno_of(effect)) is not None:
            raise refusal(number)

    def _reach(self, call: str) -> None:
        if call in self.points:
            self.reach(self.points[call])

    def descriptor(self) -> int:
        """A number for a new file."""
        with self._numbering:
            fd, self._next = self._next, self._next + 1
        return fd

    def file(self, fd: int, dead_too: bool = False) -> FileT:
        """Raises EBADF; ENODEV for one whose device has vanished, unless *dead_too*."""
        file = self.files.get(fd)
        if file is None:
            raise refusal(errno.EBADF, "no such descriptor")
        if not (file.alive or dead_too):
            raise refusal(errno.ENODEV, "the device is gone")
        return file

    def open(self, path: str) -> int:
        with self.serial:
            self._reach("open")
            if not self.present or path != self.node:
                raise refusal(errno.ENOENT, "no such node")
            file = self.opened()
            self.files[fd := self.descriptor()] = file
            return fd

    def close(self, fd: int) -> None:
        """The descriptor is gone even if the call fails, as on Linux."""
        with self.serial:
            file = self.file(fd, dead_too=True)
            del self.files[fd]
            self.closing(file)
            self._reach("close")

    def ioctl(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        with self.serial:
            self.request(fd, number, argument)

    def mmap(self, fd: int, size_bytes: int, offset: int) -> mmap.mmap:
        with self.serial:
            self._reach("mmap")
            mapping = self.mapped(self.file(fd), size_bytes, offset)
            self._mappings.add(mapping)
            return mapping

    def listdir(self, path: str) -> list[str]:
        folders = self.listings()
        if path not in folders:
            raise refusal(errno.ENOENT)
        return list(folders[path])

    def read_text(self, path: str) -> str:
        texts = self.small_files()
        if path not in texts:
            raise refusal(errno.ENOENT)
        return texts[path]

    def clock_ns(self, fd: int) -> int:
        with self.serial:
            file = self.file(fd)
            self._reach("clock")
            return self.time_of(file)
