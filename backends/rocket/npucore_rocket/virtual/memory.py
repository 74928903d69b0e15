# SPDX-License-Identifier: MIT
"""Buffer objects and the address space of an open file."""

from __future__ import annotations

import errno
import mmap
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from npucore_rocket.sim import Memory

Bytes = npt.NDArray[np.uint8]

PAGE = 4096
SPACE = 1 << 32
FAKE_OFFSET = 0x1_0000_0000  # of the first buffer in the file, as DRM's vma manager has it


class Mapping(mmap.mmap):
    """A mapping that can be counted."""


class Bo:
    """Memory as the NPU sees it, and as the CPU does: two copies if there are *caches*."""

    def __init__(self, handle: int, address: int, size: int) -> None:
        self.handle, self.address, self.size = handle, address, size
        self.memory: Bytes = np.zeros(-(-size // PAGE) * PAGE, np.uint8)
        self.seen: Bytes | None = None  # by the CPU, once it is mapped
        self.writer: object | None = None  # the job that wrote it last

    @property
    def offset(self) -> int:
        """For mmap."""
        return FAKE_OFFSET + self.address

    def map(self, size: int) -> Mapping:
        """Show it to the CPU."""
        mapping = Mapping(-1, size)
        self.seen = np.frombuffer(mapping, np.uint8)
        self.seen[:] = self.memory[:size]
        return mapping

    def to_device(self) -> None:
        """FINI_BO: what the CPU wrote leaves its cache."""
        if self.seen is not None and self.seen is not self.memory:
            self.memory[: self.seen.size] = self.seen

    def to_cpu(self) -> None:
        """PREP_BO: what lies in the CPU's cache is fetched again."""
        if self.seen is not None and self.seen is not self.memory:
            self.seen[:] = self.memory[: self.seen.size]


class AddressSpace:
    """One file's buffers; the first one is at address 0."""

    def __init__(self) -> None:
        self.npu = Memory()
        self._bos: dict[int, Bo] = {}
        self._next = 1

    def create(self, size: int) -> Bo:
        """At the lowest address where it fits."""
        if size == 0:
            raise OSError(errno.EINVAL, "a buffer of 0 bytes")
        address = 0
        pages = -(-size // PAGE) * PAGE
        for bo in sorted(self._bos.values(), key=lambda bo: bo.address):
            if address + pages <= bo.address:
                break
            address = bo.address + bo.memory.size
        if address + pages > SPACE:
            raise OSError(errno.ENOSPC, "no address is free")
        bo = self._bos[self._next] = Bo(self._next, address, size)
        self._next += 1
        self.npu.map(address, bo.memory)
        return bo

    def share(self, bo: Bo) -> None:
        """Let the CPU and the NPU see one memory."""
        assert bo.seen is not None
        self.npu.unmap(bo.address)
        bo.memory = bo.seen
        self.npu.map(bo.address, bo.memory)

    def find(self, handle: int) -> Bo:
        """Raises ENOENT."""
        if handle not in self._bos:
            raise OSError(errno.ENOENT, "no such handle")
        return self._bos[handle]

    def at(self, offset: int) -> Bo:
        """The buffer of an offset for mmap."""
        for bo in self._bos.values():
            if bo.offset == offset:
                return bo
        raise OSError(errno.EINVAL, "no such offset")

    def close(self, handle: int) -> None:
        """Raises EINVAL, as drm_gem_handle_delete does."""
        if handle not in self._bos:
            raise OSError(errno.EINVAL, "no such handle")
        bo = self._bos.pop(handle)
        self.npu.unmap(bo.address)
        bo.seen = None

    def __iter__(self) -> Iterator[Bo]:
        return iter(list(self._bos.values()))

    def clear(self) -> None:
        """The file is closed."""
        for handle in list(self._bos):
            self.close(handle)
