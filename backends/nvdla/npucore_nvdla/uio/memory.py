# SPDX-License-Identifier: MIT
"""The memory that the NPU and the host share, given out in pages, and what programs see of it.

Such memory may bear nothing but whole, aligned accesses, since the kernel maps it as it maps
registers; so programs work on copies, which are moved in whole pages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.errors import DeviceError
from npucore.hw.memory import PAGE_BYTES

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Buffer:
    """A piece of memory by the address that the NPU has for it, and the program's copy."""

    address: int
    copy: Bytes

    def holds(self, address: int) -> bool:
        """Whether an address lies in it."""
        return self.address <= address < self.address + self.copy.size


class Pages:
    """Whole pages of *data*, which begins at *address*, first come, first served."""

    def __init__(self, address: int, data: Bytes) -> None:
        skipped = -address % PAGE_BYTES or (PAGE_BYTES if address == 0 else 0)
        self._address, self._data = address, data
        size = (data.size - skipped) // PAGE_BYTES * PAGE_BYTES
        self._free = [(skipped, size)] if size > 0 else []  # offset and size, in order

    @property
    def free_bytes(self) -> int:
        """How much is left, in however many pieces."""
        return sum(size for _, size in self._free)

    def take(self, size_bytes: int) -> Buffer:
        """A zeroed buffer. Raises `DeviceError`."""
        size = -(-size_bytes // PAGE_BYTES) * PAGE_BYTES
        for place, (offset, room) in enumerate(self._free):
            if room >= size:
                rest = [(offset + size, room - size)] if room > size else []
                self._free[place : place + 1] = rest
                return Buffer(self._address + offset, np.zeros(size, np.uint8))
        raise DeviceError(
            f"the NPU's memory has no {size} bytes in one piece, {self.free_bytes} of "
            f"{self._data.size} are free; give the node more, or close another session"
        )

    def hand_over(self, buffer: Buffer) -> None:
        """Let the NPU see what the program wrote."""
        self._shared(buffer)[:] = buffer.copy

    def read_back(self, buffer: Buffer) -> None:
        """Let the program see what the NPU wrote."""
        buffer.copy[:] = self._shared(buffer)

    def _shared(self, buffer: Buffer) -> Bytes:
        return self._data[buffer.address - self._address :][: buffer.copy.size]

    def close(self) -> None:
        """Let go of the memory, which is unmapped then."""
        self._data = np.zeros(0, np.uint8)

    def give_back(self, buffer: Buffer) -> None:
        """Let others have it."""
        pieces = sorted([*self._free, (buffer.address - self._address, buffer.copy.size)])
        self._free = pieces[:1]
        for offset, size in pieces[1:]:
            last, room = self._free[-1]
            if last + room == offset:
                self._free[-1] = (last, room + size)
            else:
                self._free.append((offset, size))
