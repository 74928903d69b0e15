# SPDX-License-Identifier: MIT
"""The system calls of a machine that has nothing but an NPU."""

from __future__ import annotations

import ctypes
import errno
import mmap
import threading
import weakref
from collections.abc import Mapping

from npucore.contract.timeline import Span
from npucore_rocket.chip import RK3588
from npucore_rocket.cost import CORE_CLOCK, SUBMIT_SECONDS
from npucore_rocket.uapi import CREATE_BO, FINI_BO, PREP_BO, SUBMIT
from npucore_rocket.virtual import memory
from npucore_rocket.virtual.behaviour import Behaviour
from npucore_rocket.virtual.calls import CALLS
from npucore_rocket.virtual.core import Core
from npucore_rocket.virtual.faults import Effect, Faults, Point
from npucore_rocket.virtual.file import Clock, VirtualFile
from npucore_rocket.virtual.scheduler import Scheduler

NODE = "accel0"
CORES = ("fdab0000.npu", "fdac0000.npu", "fdad0000.npu")
RELEASE = "virtual"
CALL_NS = 1000  # a guess: what any call takes
FIRST_FD = 1000  # numbers that no real file has
POINTS = {
    CREATE_BO: Point.CREATE,
    FINI_BO: Point.HAND_OVER,
    PREP_BO: Point.WAIT,
    SUBMIT: Point.SUBMIT,
}
ERRORS = {
    Effect.ENOMEM: errno.ENOMEM,
    Effect.EINTR: errno.EINTR,
    Effect.EIO: errno.EIO,
    Effect.EACCES: errno.EACCES,
}


class VirtualKernel:
    """A `npucore.hw.ioctl.Kernel` with one RK3588 NPU.

    Parameters
    ----------
    behaviour
        What chip and driver are like where nobody knows.
    clock
        Of the NPU in Hz; all time is modelled from it (see `npucore_rocket.cost`).
    real_time
        Whether a wait takes as long as the model says.
    host_scale
        How much of its CPU time a thread spends between two calls, in the model's time; 0 makes
        all work of the host free.
    instant
        Jobs end at once, with the results of the first time: for measuring the host alone.
    """

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        *,
        clock: float = CORE_CLOCK,
        real_time: bool = False,
        host_scale: float = 0.0,
        instant: bool = False,
    ) -> None:
        self.behaviour = behaviour or Behaviour()
        self.faults, self.present = Faults(), True
        self.cores = [Core(number, self.behaviour, clock) for number in range(RK3588.cores)]
        self.scheduler = Scheduler(self.cores, lambda: self.faults.at(Point.JOB))
        self.files: dict[int, VirtualFile] = {}
        self._mappings: weakref.WeakSet[memory.Mapping] = weakref.WeakSet()
        self._clock = Clock(real_time, host_scale)
        self._instant = instant
        self._next, self._lock = FIRST_FD, threading.Lock()

    @property
    def mappings(self) -> int:
        """How many mappings there are."""
        return sum(not mapping.closed for mapping in list(self._mappings))

    def take_spans(self) -> list[Span]:
        """What ran on which core since the last time."""
        taken = list(self.scheduler.spans)
        self.scheduler.spans.clear()
        return taken

    def open(self, path: str) -> int:
        self._fail(Point.OPEN)
        if not self.present or path != f"/dev/accel/{NODE}":
            raise OSError(errno.ENOENT, "no such node")
        file = VirtualFile(
            self.behaviour,
            self.scheduler,
            self._clock,
            self.faults,
            SUBMIT_SECONDS * 1e9,
            self._instant,
        )
        with self._lock:
            fd, self._next = self._next, self._next + 1
            self.files[fd] = file
        return fd

    def close(self, fd: int) -> None:
        with self._lock:
            file = self.files.pop(fd, None)
        if file is None:
            raise OSError(errno.EBADF, "no such descriptor")
        file.close()

    def ioctl(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        self._clock.enter()
        try:
            file = self._file(fd)
            if number not in CALLS:
                raise OSError(errno.ENOTTY, "no such request")
            if number in POINTS:
                self._fail(POINTS[number])
            file.work(CALL_NS)
            CALLS[number](file, argument)  # type: ignore[operator]  # each takes its own struct
        finally:
            self._clock.leave()

    def mmap(self, fd: int, size_bytes: int, offset: int) -> mmap.mmap:
        self._fail(Point.MMAP)
        space = self._file(fd).space
        bo = space.at(offset)
        if size_bytes > bo.memory.size:
            raise OSError(errno.EINVAL, "longer than the buffer")
        mapping = bo.map(size_bytes)
        if not self.behaviour.caches:
            space.share(bo)
        self._mappings.add(mapping)
        return mapping

    def listdir(self, path: str) -> list[str]:
        listings: Mapping[str, tuple[str, ...]] = {
            "/dev/accel": (NODE,),
            "/sys/class/accel": (NODE,),
            "/sys/bus/platform/drivers/rocket": (*CORES, "bind", "unbind", "uevent"),
        }
        if not self.present or path not in listings:
            raise OSError(errno.ENOENT, "no such folder")
        return list(listings[path])

    def read_text(self, path: str) -> str:
        texts = {
            f"/sys/class/accel/{NODE}/device/uevent": "MODALIAS=platform:rknn\n",
            "/proc/sys/kernel/osrelease": f"{RELEASE}\n",
            "/proc/device-tree/compatible": "npucore,virtual\0rockchip,rk3588\0",
        }
        if not self.present or path not in texts:
            raise OSError(errno.ENOENT, "no such file")
        return texts[path]

    def clock_ns(self, fd: int) -> int:
        return self._file(fd).now

    def _file(self, fd: int) -> VirtualFile:
        file = self.files.get(fd)
        if file is None:
            raise OSError(errno.EBADF, "no such descriptor")
        if not file.alive:
            raise OSError(errno.ENODEV, "the device is gone")
        return file

    def _fail(self, point: Point) -> None:
        effect = self.faults.at(point)
        if effect is Effect.VANISHED:
            for opened in list(self.files.values()):
                opened.alive = False
            raise OSError(errno.ENODEV, "the device is gone")
        if effect in ERRORS:
            raise OSError(ERRORS[effect], str(effect))
