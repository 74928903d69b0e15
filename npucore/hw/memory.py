# SPDX-License-Identifier: MIT
"""The 32-bit address space that a chip's DMA engines see, for simulators."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.errors import DeviceError

Bytes = npt.NDArray[np.uint8]
Cube = npt.NDArray[np.generic]

SPACE_BYTES = 1 << 32
PAGE_BYTES = 4096
"""The unit to which kernels round buffers up, and which an IOMMU maps."""


class SimulationError(DeviceError):
    """The chip would fault or hang, or nothing is known of what it would do.

    The message names the register and field, the value found there, and the limit.
    """


@dataclass(frozen=True, slots=True)
class Port:
    """Who asks for memory: a hardware block, and the register that holds the address."""

    block: str
    register: str

    def __str__(self) -> str:
        return f"{self.block} {self.register}"


class Memory:
    r"""Buffers at addresses; everything between them is a fault.

    >>> memory = Memory()
    >>> memory.map(0x1000, np.arange(32, dtype=np.uint8))
    >>> memory.window(Port("CNA", "DCOMP_ADDR0"), 0x1010, 2)
    array([16, 17], dtype=uint8)
    >>> try:
    ...     memory.window(Port("CNA", "DCOMP_ADDR0"), 0x1010, 20)
    ... except SimulationError as error:
    ...     print(str(error).replace(", but", ",\nbut"))
    CNA DCOMP_ADDR0: 20 bytes from 0x1010 end at 0x1024,
    but the buffer at 0x1000 ends at 0x1020
    """

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._buffers: list[Bytes] = []

    def map(self, address: int, data: Bytes) -> None:
        """Let the chip read and write *data* in place; it appears at *address*."""
        if data.dtype != np.uint8 or data.ndim != 1 or not data.flags.c_contiguous:
            raise ValueError("a buffer is a contiguous vector of uint8")
        place = bisect_right(self._starts, address)
        end = address + data.size
        before = place and self._starts[place - 1] + self._buffers[place - 1].size > address
        after = place < len(self._starts) and end > self._starts[place]
        if before or after or not 0 <= address < end <= SPACE_BYTES:
            raise ValueError(f"{data.size} bytes at {address:#x} do not fit between the others")
        self._starts.insert(place, address)
        self._buffers.insert(place, data)

    def unmap(self, address: int) -> None:
        """Take away the buffer that starts at *address*."""
        place = self._starts.index(address)
        del self._starts[place], self._buffers[place]

    def window(self, port: Port, address: int, extent: int) -> Bytes:
        """The *extent* bytes from *address* on, not copied."""
        place = bisect_right(self._starts, address) - 1
        if place < 0:
            raise SimulationError(f"{port}: {extent} bytes from {address:#x} are in no buffer")
        start, buffer = self._starts[place], self._buffers[place]
        offset = address - start
        if offset + extent > buffer.size:
            raise SimulationError(
                f"{port}: {extent} bytes from {address:#x} end at {address + extent:#x}, "
                f"but the buffer at {start:#x} ends at {start + buffer.size:#x}"
            )
        return buffer[offset : offset + extent]

    def cube(
        self,
        port: Port,
        address: int,
        shape: Sequence[int],
        strides: Sequence[int],
        dtype: npt.DTypeLike,
    ) -> Cube:
        """A strided view; *strides* are in bytes, may be negative, and lie within one buffer."""
        steps = [(size - 1) * stride for size, stride in zip(shape, strides, strict=True)]
        low = sum(step for step in steps if step < 0)
        high = sum(step for step in steps if step > 0)
        item = np.dtype(dtype)
        flat = self.window(port, address + low, high - low + item.itemsize)
        return np.ndarray(tuple(shape), item, flat.data, -low, tuple(strides))
