# SPDX-License-Identifier: MIT
"""One open node: its calls, errors in sentences, its registers, memory and interrupt.

Map 0 of the node is the window of registers, map 1 the memory that the NPU and the host share, at
the addresses that the NPU has for it.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from npucore.errors import DeviceError
from npucore.hw.drm import ADVICE
from npucore.hw.memory import SPACE_BYTES
from npucore.hw.registers import Register
from npucore.hw.uio import COUNT_BYTES, ON, UioKernel, UioMap, maps
from npucore_nvdla.registers import pdp

Bytes = npt.NDArray[np.uint8]
T = TypeVar("T")

WINDOW_BYTES = 0x1000 + (pdp.S_STATUS.offset & ~0xFFF)
"""Of the registers that tasks need, from CFGROM to PDP."""
UNIT = 4  # registers are counted in words
GONE = 0xFFFFFFFF  # what a bus gives where nothing answers
NO_INTERRUPT = (errno.EIO, errno.ENOSYS, errno.EINVAL)
NOTES = {
    **ADVICE,
    errno.EAGAIN: "another process uses it",
    errno.EACCES: "no permission: the node belongs to root unless a rule of udev says otherwise",
}


class OpenNode:
    """A node that this process alone uses. Raises `DeviceError` for all that the kernel refuses.

    Parameters
    ----------
    share
        Whether other processes may have it open, too: for a look at registers that never change.
    """

    def __init__(self, kernel: UioKernel, path: str, share: bool = False) -> None:
        self.kernel, self.path = kernel, path
        self._fd: int | None = self._made("open", lambda: kernel.open(path))
        try:
            if not share:
                self._made("lock", lambda: kernel.lock(self._opened()))
            every = maps(kernel, path)
            self._window = self._map(every, 0, "registers")
            self._memory = self._map(every, 1, "memory")
            window = self._window
            self._words = self._made(
                "mmap", lambda: kernel.words(self._opened(), window.size_bytes, window.offset)
            )
        except BaseException:
            self.close()
            raise

    def _map(self, every: tuple[UioMap, ...], number: int, what: str) -> UioMap:
        if number >= len(every):
            raise DeviceError(f"{self.path}: it has {len(every)} maps, wanted registers and memory")
        found, least = every[number], (WINDOW_BYTES, 1)[number]
        if found.size_bytes < least:
            said = f"{what} of {found.size_bytes} bytes, wanted at least {least}"
            raise DeviceError(f"{self.path}: {said}")
        if number and found.address + found.size_bytes > SPACE_BYTES:
            said = f"memory to {found.address + found.size_bytes:#x}, of which the NPU sees 4 GiB"
            raise DeviceError(f"{self.path}: {said}")
        return found

    def memory(self) -> tuple[int, Bytes]:
        """Its address as the NPU sees it, and the bytes, which are not cached."""
        found = self._memory
        mapping = self._made(
            "mmap", lambda: self.kernel.mmap(self._opened(), found.size_bytes, found.offset)
        )
        return found.address, np.frombuffer(mapping, np.uint8)

    def read(self, kind: type[Register]) -> int:
        """A register's value."""
        return self._words[kind.offset // UNIT]

    def write(self, offset: int, value: int) -> None:
        """Set a register."""
        self._words[offset // UNIT] = value

    def allow_interrupt(self) -> bool:
        """Let the next interrupt come; False if the node has none."""
        try:
            self.kernel.write(self._opened(), ON)
        except OSError as error:
            if error.errno in NO_INTERRUPT:
                return False
            raise self._error("write", error) from error
        return True

    def await_interrupt(self, timeout_ns: int) -> bool:
        """False if none comes in time; after one they are off."""
        if not self._made("poll", lambda: self.kernel.poll(self._opened(), timeout_ns)):
            return False
        self._made("read", lambda: self.kernel.read(self._opened(), COUNT_BYTES))
        return True

    def sleep(self, duration_ns: int) -> None:
        """Let time pass."""
        self._made("sleep", lambda: self.kernel.sleep(self._opened(), duration_ns))

    def clock_ns(self) -> int:
        """The clock that deadlines are measured by."""
        return self._made("clock", lambda: self.kernel.clock_ns(self._opened()))

    def close(self) -> None:
        """Give everything back; memory is unmapped with the last view of it. Safe to call twice."""
        if self._fd is None:
            return
        if (words := self.__dict__.pop("_words", None)) is not None:
            words.release()
        fd, self._fd = self._fd, None
        with contextlib.suppress(OSError):
            self.kernel.close(fd)

    def _opened(self) -> int:
        if self._fd is None:
            raise DeviceError(f"{self.path}: it is closed")
        return self._fd

    def _made(self, what: str, call: Callable[[], T]) -> T:
        try:
            return call()
        except OSError as error:
            raise self._error(what, error) from error

    def _error(self, what: str, error: OSError) -> DeviceError:
        number = error.errno or 0
        why = NOTES.get(number) or os.strerror(number)
        return DeviceError(f"{self.path}: {what}: {why} ({errno.errorcode.get(number, number)})")
