# SPDX-License-Identifier: MIT
"""The kernel: the node, its maps, its interrupt, time."""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from npucore.family.virtual import CountedMapping, OneNodeKernel, refusal
from npucore.hw.memory import PAGE_BYTES
from npucore.hw.system import COMPATIBLE
from npucore.hw.system import RELEASE as RELEASE_FILE
from npucore.hw.uio import CLASS, COUNT_BYTES, ON
from npucore_nvdla.chip import CHIPS, CLOCK, Chip
from npucore_nvdla.virtual.faults import Effect, Faults, Point
from npucore_nvdla.virtual.npu import VirtualNpu

NAME = "uio0"
RELEASE = "6.12.0-virtual"
WINDOW_BYTES = 0x12000  # of all blocks
REGISTERS_ADDRESS, MEMORY_ADDRESS = 0x10040000, 0x80000000
DIRT = 0xA5  # memory is never found zeroed
CALL_NS = 1000  # a guess: what any call takes


@dataclass(eq=False)
class VirtualFile:
    """A descriptor, and how many interrupts it has heard of."""

    alive: bool = True
    heard: int = 0


class VirtualKernel(OneNodeKernel[VirtualFile]):
    """Implements `npucore.hw.uio.UioKernel`. Calls of several threads come one after the other.

    Parameters
    ----------
    chip
        The NPU; None is the family's first.
    clock
        Of the NPU in Hz; its time is modelled from that.
    interrupts
        Whether the node has one.
    memory_bytes
        How much memory the node has; 0 for a node with registers alone.
    name
        Of the node, as its driver says it.
    """

    node = f"/dev/{NAME}"
    faults: Faults
    points = {  # noqa: RUF012  as declared
        "open": Point.OPEN,
        "close": Point.CLOSE,
        "mmap": Point.MMAP,
        "clock": Point.CLOCK,
    }

    def __init__(
        self,
        chip: Chip | None = None,
        *,
        clock: float = CLOCK,
        interrupts: bool = True,
        memory_bytes: int = 1 << 26,
        name: str = "nvdla",
    ) -> None:
        super().__init__(Faults(), Effect.VANISHED, serial=True)
        self.chip = chip or next(iter(CHIPS.values()))
        self.npu = VirtualNpu(self.chip, clock, lambda: self.faults.at(Point.TASK))
        self.memory_bytes, self.name = memory_bytes, name
        self._interrupts, self._allowed, self._count = interrupts, True, 0
        self._owner: VirtualFile | None = None

    def opened(self) -> VirtualFile:
        """It has heard of all interrupts before."""
        return VirtualFile(heard=self._count)

    def request(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        """Userspace I/O has none."""
        self.file(fd)
        raise refusal(errno.ENOTTY, "no such request")

    def mapped(self, file: VirtualFile, size_bytes: int, offset: int) -> CountedMapping:
        """The memory."""
        if offset != PAGE_BYTES or not 0 < size_bytes <= self.memory_bytes:
            raise refusal(errno.EINVAL, f"no map of {size_bytes} bytes at {offset:#x}")
        mapping = CountedMapping(-1, size_bytes)
        data = np.frombuffer(mapping, np.uint8)
        data[:] = DIRT
        self.npu.show(MEMORY_ADDRESS, data)
        return mapping

    def words(self, fd: int, size_bytes: int, offset: int) -> VirtualNpu:
        """The window of registers."""
        with self.serial:
            self.reach(Point.MMAP)
            self.file(fd)
            if offset or size_bytes > WINDOW_BYTES:
                raise refusal(errno.EINVAL, f"no map of {size_bytes} bytes at {offset:#x}")
            return self.npu

    def lock(self, fd: int) -> None:
        with self.serial:
            self.reach(Point.LOCK)
            file = self.file(fd)
            if self._owner not in (None, file):
                raise refusal(errno.EAGAIN)
            self._owner = file

    def poll(self, fd: int, timeout_ns: int) -> bool:
        """Let time pass until the line rises, if it is heard; it is not heard again then."""
        with self.serial:
            self._called(Point.POLL, fd)
            file, line = self.file(fd), self.npu.interrupt_at()
            if self._count > file.heard:
                return True
            if not self._allowed or line is None or line > self.npu.now + timeout_ns:
                self.npu.now += timeout_ns
                return False
            self.npu.now = max(self.npu.now, line)
            self._count, self._allowed = self._count + 1, False
            return True

    def read(self, fd: int, size_bytes: int) -> bytes:
        with self.serial:
            self._called(Point.READ, fd)
            file = self.file(fd)
            if size_bytes != COUNT_BYTES or file.heard == self._count:
                raise refusal(errno.EINVAL, "it would wait for ever")
            file.heard = self._count
            return self._count.to_bytes(COUNT_BYTES, "little")

    def write(self, fd: int, data: bytes) -> None:
        with self.serial:
            self._called(Point.WRITE, fd)
            self._allowed = data == ON

    def sleep(self, fd: int, duration_ns: int) -> None:
        with self.serial:
            self.file(fd)
            self.npu.now += duration_ns

    def _called(self, point: Point, fd: int) -> None:
        self.npu.now += CALL_NS
        self.reach(point)
        self.file(fd)
        if not self._interrupts:
            raise refusal(errno.EIO)

    def closing(self, file: VirtualFile) -> None:
        """Its lock and its memory go with it."""
        if self._owner is file:
            self._owner = None
            self.npu.hide()

    def time_of(self, file: VirtualFile) -> int:
        """Modelled."""
        return self.npu.now

    def reset(self) -> None:
        """What an owner does to an NPU that hangs."""
        now = self.npu.now
        self.npu = VirtualNpu(self.chip, self.npu.clock, lambda: self.faults.at(Point.TASK))
        self.npu.now = now

    def listings(self) -> Mapping[str, Sequence[str]]:
        """The class of nodes, and the maps of this one."""
        if not self.present:
            return {}
        maps = ("map0", "map1") if self.memory_bytes else ("map0",)
        return {CLASS: (NAME,), f"{CLASS}/{NAME}/maps": maps, "/dev": (NAME,)}

    def small_files(self) -> Mapping[str, str]:
        """The node's name and maps, and the names of the kernel and the board."""
        names = {RELEASE_FILE: f"{RELEASE}\n", COMPATIBLE: f"npucore,virtual\0{self.chip.name}\0"}
        if not self.present:
            return names
        maps = ((REGISTERS_ADDRESS, WINDOW_BYTES), (MEMORY_ADDRESS, self.memory_bytes))
        folder = f"{CLASS}/{NAME}"
        for number, (address, size) in enumerate(maps):
            names[f"{folder}/maps/map{number}/addr"] = f"{address:#018x}\n"
            names[f"{folder}/maps/map{number}/size"] = f"{size:#018x}\n"
        return {**names, f"{folder}/name": f"{self.name}\n"}
