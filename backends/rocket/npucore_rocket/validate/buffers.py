# SPDX-License-Identifier: MIT
"""The memory that a core can reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SPACE_BYTES = 1 << 32  # registers hold addresses of 32 bits


@dataclass(frozen=True, slots=True)
class Buffer:
    """A mapped piece of memory; *writable* if a task may leave results in it."""

    name: str
    address: int
    size_bytes: int
    writable: bool

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + self.size_bytes

    def __str__(self) -> str:
        return f"{self.name} ({self.address:#x} to {self.end:#x})"


@dataclass(frozen=True, slots=True)
class Extent:
    """Bytes from *low* up to, not including, *high*."""

    low: int
    high: int

    def overlaps(self, other: Extent) -> bool:
        """Whether any byte is in both.

        >>> Extent(0, 16).overlaps(Extent(16, 32))
        False
        """
        return self.low < other.high and other.low < self.high


def trouble(extent: Extent, buffers: Sequence[Buffer], writes: bool) -> str | None:
    """Why a task must not access *extent*; None if it may.

    >>> trouble(Extent(8, 24), [Buffer("weights", 0, 16, False)], writes=False)
    'its 16 bytes from 0x8 to 0x18 leave the buffer weights (0x0 to 0x10)'
    """
    what = f"its {extent.high - extent.low} bytes from {extent.low:#x} to {extent.high:#x}"
    if extent.high > SPACE_BYTES:
        return f"{what} end above 4 GiB"
    for buffer in buffers:
        if buffer.address <= extent.low < buffer.end:
            if extent.high > buffer.end:
                return f"{what} leave the buffer {buffer}"
            return (
                f"{what} are in {buffer}, which is only read" if writes > buffer.writable else None
            )
    return f"{what} begin in no buffer"
