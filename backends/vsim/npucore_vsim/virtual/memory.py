# SPDX-License-Identifier: MIT
"""Buffer objects, and an open file's address space, in which the program chooses the places.

Source: etnaviv_gem.c and etnaviv_mmu.c: a mapping stays when its job has ended, and gives way to
another one then; one that is in use does not.
"""

from __future__ import annotations

import errno

import numpy as np
import numpy.typing as npt

from npucore.family.virtual import CountedMapping, Handles, refusal
from npucore.hw.memory import PAGE_BYTES

Bytes = npt.NDArray[np.uint8]

SOFTPIN_START = 0x400000
END = (1 << 32) - PAGE_BYTES
OFFSET_STEP = 1 << 32  # of mmap, from handle to handle
LARGEST_BO = 1 << 31  # this machine has no more memory


class Bo:
    """Memory that the CPU and the NPU see, write-combined: there is no cache between them."""

    def __init__(self, handle: int, size: int) -> None:
        self.handle, self.size = handle, -(-size // PAGE_BYTES) * PAGE_BYTES
        self.memory: Bytes = np.zeros(self.size, np.uint8)
        self.mapping: CountedMapping | None = None
        self.address: int | None = None  # where the NPU sees it, if it does

    @property
    def offset(self) -> int:
        """For mmap."""
        return self.handle * OFFSET_STEP

    def map(self) -> CountedMapping:
        """Show it to the CPU."""
        if self.mapping is None:
            self.mapping = CountedMapping(-1, self.size)
            seen = np.frombuffer(self.mapping, np.uint8)
            seen[:] = self.memory
            self.memory = seen
        return self.mapping


class AddressSpace(Handles[Bo]):
    """One file's buffers, and where the NPU sees them."""

    def create(self, size: int) -> Bo:
        if not size:
            raise refusal(errno.EINVAL, "a buffer of 0 bytes")
        if size > LARGEST_BO:
            raise refusal(errno.ENOMEM)
        return self.add(Bo(self.next_handle, size))

    def pin(self, bo: Bo, address: int, busy: set[Bo]) -> None:
        """Let the NPU see *bo* at *address*; *busy* ones keep their places."""
        if bo.address == address:
            return
        if bo in busy or address % PAGE_BYTES:
            raise refusal(errno.EINVAL, "a buffer in use elsewhere, or no page's address")
        end = address + bo.size
        if end > END:
            raise refusal(errno.ENOSPC, f"{address:#x} to {end:#x} is beyond the address space")
        for other in self:
            if other.address is None or other is bo:
                continue
            if address < other.address + other.size and other.address < end:
                if other in busy:
                    raise refusal(errno.ENOSPC, f"{address:#x} is taken")
                self.unmap(other)
        self.unmap(bo)
        self.npu.map(address, bo.memory)
        bo.address = address

    def unmap(self, bo: Bo) -> None:
        """Take a buffer from the NPU's sight."""
        if bo.address is not None:
            self.npu.unmap(bo.address)
            bo.address = None
