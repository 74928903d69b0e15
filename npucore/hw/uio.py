# SPDX-License-Identifier: MIT
"""Devices whose registers and interrupt the kernel hands to programs: Linux's userspace I/O.

A node ``/dev/uioN`` has maps, which sysfs describes; map M is at offset M pages of the node.
Reading four bytes of it waits for the interrupt, which is off from then on; writing a 1 lets it
come again. A device without an interrupt answers both with EIO.

Source: Documentation/driver-api/uio-howto.rst, drivers/uio/uio.c, uio_pdrv_genirq.c and
uio_dmem_genirq.c of Linux, read, not run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from npucore.hw.ioctl import Kernel
from npucore.hw.memory import PAGE_BYTES
from npucore.hw.system import listed, read

CLASS, NODES = "/sys/class/uio", "/dev"
NODE = re.compile(r"uio(\d+)")
MAP = re.compile(r"map(\d+)")
COUNT_BYTES = 4  # of interrupts, as a node gives it
ON = (1).to_bytes(COUNT_BYTES, "little")


class Words(Protocol):
    """Registers of 32 bits by number; each access is one of the bus, in the order of the program.

    A `memoryview` of a mapping, cast to ``I``, is such words.
    """

    def __getitem__(self, number: int, /) -> int: ...

    def __setitem__(self, number: int, value: int, /) -> None: ...

    def release(self) -> None:
        """Give them back."""
        ...


class UioKernel(Kernel, Protocol):
    """Calls for nodes of userspace I/O. Everything that fails raises `OSError`."""

    def words(self, fd: int, size_bytes: int, offset: int) -> Words:
        """Registers of a map."""
        ...

    def lock(self, fd: int) -> None:
        """Keep other descriptors from doing so until *fd* is closed. Raises `BlockingIOError`."""
        ...

    def poll(self, fd: int, timeout_ns: int) -> bool:
        """Wait until there is something to read; False if nothing came in time."""
        ...

    def read(self, fd: int, size_bytes: int) -> bytes: ...

    def write(self, fd: int, data: bytes) -> None: ...

    def sleep(self, fd: int, duration_ns: int) -> None:
        """Let time pass by the clock of *fd*."""
        ...


CALLS = ("words", "lock", "poll", "read", "write", "sleep")


@dataclass(frozen=True, slots=True)
class UioMap:
    """A part of memory that a node shows: where the hardware has it, and at which offset."""

    address: int
    size_bytes: int
    offset: int


@dataclass(frozen=True, slots=True)
class UioNode:
    """A node, with the name that its driver has given it, such as a device tree's."""

    path: str
    name: str
    maps: tuple[UioMap, ...]


def nodes(kernel: Kernel) -> list[UioNode]:
    """Every node, in the order of their numbers; none is opened."""
    names = (match for name in listed(kernel, CLASS) if (match := NODE.fullmatch(name)))
    return [_node(kernel, match[0]) for match in sorted(names, key=lambda m: int(m[1]))]


def maps(kernel: Kernel, path: str) -> tuple[UioMap, ...]:
    """The maps of the node at *path*; a driver may have put them elsewhere when it was opened."""
    return tuple(_maps(kernel, path.removeprefix(f"{NODES}/")))


def _node(kernel: Kernel, name: str) -> UioNode:
    said = (read(kernel, f"{CLASS}/{name}/name") or "").strip()
    return UioNode(f"{NODES}/{name}", said, tuple(_maps(kernel, name)))


def _maps(kernel: Kernel, name: str) -> Iterator[UioMap]:
    folder = f"{CLASS}/{name}/maps"
    numbers = sorted(int(match[1]) for each in listed(kernel, folder) if (match := MAP.match(each)))
    for number in numbers:
        address, size = (_number(kernel, f"{folder}/map{number}/{f}") for f in ("addr", "size"))
        if address is not None and size:
            yield UioMap(address, size, number * PAGE_BYTES)


def _number(kernel: Kernel, path: str) -> int | None:
    """A file's number in hexadecimal; None if there is none."""
    try:
        return int(read(kernel, path) or "", 16)
    except ValueError:
        return None
