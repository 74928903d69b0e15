# SPDX-License-Identifier: MIT
"""Buffer objects and the address space of an open file."""

from __future__ import annotations

import errno

import numpy as np
import numpy.typing as npt

from npucore.family.virtual import CountedMapping, Handles, refusal
from npucore.hw.memory import PAGE_BYTES, SPACE_BYTES

Bytes = npt.NDArray[np.uint8]

FAKE_OFFSET = 0x1_0000_0000  # of the first buffer in the file, as DRM's vma manager has it


class Bo:
    """Memory as the NPU sees it, and as the CPU does: two copies if there are *caches*."""

    def __init__(self, handle: int, address: int, size: int) -> None:
        self.handle, self.address, self.size = handle, address, size
        self.memory: Bytes = np.zeros(-(-size // PAGE_BYTES) * PAGE_BYTES, np.uint8)
        self.seen: Bytes | None = None  # by the CPU, once it is mapped
        self.writer: object | None = None  # the job that wrote it last

    @property
    def offset(self) -> int:
        """For mmap."""
        return FAKE_OFFSET + self.address

    def map(self, size: int) -> CountedMapping:
        """Show it to the CPU."""
        mapping = CountedMapping(-1, size)
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


class AddressSpace(Handles[Bo]):
    """One file's buffers, at addresses that the kernel chooses; the first one is at address 0."""

    def create(self, size: int) -> Bo:
        """At the lowest address where it fits."""
        if size == 0:
            raise refusal(errno.EINVAL, "a buffer of 0 bytes")
        address = 0
        pages = -(-size // PAGE_BYTES) * PAGE_BYTES
        for bo in sorted(self, key=lambda bo: bo.address):
            if address + pages <= bo.address:
                break
            address = bo.address + bo.memory.size
        if address + pages > SPACE_BYTES:
            raise refusal(errno.ENOSPC, "no address is free")
        bo = self.add(Bo(self.next_handle, address, size))
        self.npu.map(address, bo.memory)
        return bo

    def share(self, bo: Bo) -> None:
        """Let the CPU and the NPU see one memory."""
        assert bo.seen is not None
        self.npu.unmap(bo.address)
        bo.memory = bo.seen
        self.npu.map(bo.address, bo.memory)

    def unmap(self, bo: Bo) -> None:
        """From the NPU's sight; what the CPU sees goes with its mapping."""
        self.npu.unmap(bo.address)
        bo.seen = None
