# SPDX-License-Identifier: MIT
"""Buffer objects, and an open file's address space, in which the program chooses the places.

Source: etnaviv_gem.c and etnaviv_mmu.c: a mapping stays when its job has ended, and gives way to
another one then; one that is in use does not.
"""

from __future__ import annotations

import errno
import mmap

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Memory
from npucore_vsim.virtual.faults import refusal

Bytes = npt.NDArray[np.uint8]

PAGE = 4096
SOFTPIN_START = 0x400000
END = (1 << 32) - PAGE
OFFSET_STEP = 1 << 32  # of mmap, from handle to handle
LARGEST_BO = 1 << 31  # this machine has no more memory


class Mapping(mmap.mmap):
    """A mapping that can be counted."""


class Bo:
    """Memory that the CPU and the NPU see, write-combined: there is no cache between them."""

    def __init__(self, handle: int, size: int) -> None:
        self.handle, self.size = handle, -(-size // PAGE) * PAGE
        self.memory: Bytes = np.zeros(self.size, np.uint8)
        self.mapping: Mapping | None = None
        self.address: int | None = None  # where the NPU sees it, if it does

    @property
    def offset(self) -> int:
        """For mmap."""
        return self.handle * OFFSET_STEP

    def map(self) -> Mapping:
        """Show it to the CPU."""
        if self.mapping is None:
            self.mapping = Mapping(-1, self.size)
            seen = np.frombuffer(self.mapping, np.uint8)
            seen[:] = self.memory
            self.memory = seen
        return self.mapping


class AddressSpace:
    """One file's buffers by handle, and where the NPU sees them."""

    def __init__(self) -> None:
        self.npu = Memory()
        self.bos: dict[int, Bo] = {}
        self._next = 1

    def create(self, size: int) -> Bo:
        if not size:
            raise refusal(errno.EINVAL, "a buffer of 0 bytes")
        if size > LARGEST_BO:
            raise refusal(errno.ENOMEM)
        bo = self.bos[self._next] = Bo(self._next, size)
        self._next += 1
        return bo

    def find(self, handle: int, number: int = errno.ENOENT) -> Bo:
        """Raises *number* for a handle that nobody has."""
        if handle not in self.bos:
            raise refusal(number, f"no handle {handle}")
        return self.bos[handle]

    def at(self, offset: int) -> Bo:
        """The buffer of an offset for mmap."""
        return self.find(offset // OFFSET_STEP, errno.EINVAL)

    def pin(self, bo: Bo, address: int, busy: set[Bo]) -> None:
        """Let the NPU see *bo* at *address*; *busy* ones keep their places."""
        if bo.address == address:
            return
        if bo in busy or address % PAGE:
            raise refusal(errno.EINVAL, "a buffer in use elsewhere, or no page's address")
        end = address + bo.size
        if end > END:
            raise refusal(errno.ENOSPC, f"{address:#x} to {end:#x} is beyond the address space")
        for other in [*self.bos.values()]:
            if other.address is None or other is bo:
                continue
            if address < other.address + other.size and other.address < end:
                if other in busy:
                    raise refusal(errno.ENOSPC, f"{address:#x} is taken")
                self.unpin(other)
        self.unpin(bo)
        self.npu.map(address, bo.memory)
        bo.address = address

    def unpin(self, bo: Bo) -> None:
        """Take a buffer from the NPU's sight."""
        if bo.address is not None:
            self.npu.unmap(bo.address)
            bo.address = None

    def close(self, handle: int) -> None:
        """Raises EINVAL, as drm_gem_handle_delete does."""
        self.unpin(self.find(handle, errno.EINVAL))
        del self.bos[handle]

    def clear(self) -> None:
        """The file is closed."""
        for handle in list(self.bos):
            self.close(handle)
