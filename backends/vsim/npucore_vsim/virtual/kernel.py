# SPDX-License-Identifier: MIT
"""The kernel: nodes, open files, fences, time."""

from __future__ import annotations

import ctypes
import errno
import mmap
import threading
import weakref
from collections import deque
from collections.abc import Mapping, Sequence

from npucore.hw import drm
from npucore_vsim import uapi
from npucore_vsim.chip import DEFAULT, Chip
from npucore_vsim.sim.device import Device
from npucore_vsim.sim.nn import Cores
from npucore_vsim.virtual import memory
from npucore_vsim.virtual.calls import CALLS
from npucore_vsim.virtual.faults import Effect, Faults, Point, refusal
from npucore_vsim.virtual.jobs import Queue, VirtualJob

NODE = "/dev/dri/renderD128"
FOLDER, NAME = "/dev/dri", "renderD128"
RELEASE = "6.12.0-virtual"
FIRST_FD = 1000  # far from those of this process
CALL_NS = 1000
LOGGED, FENCES = 10_000, 1000  # calls and fences that are remembered, the latest ones
GPU = {
    uapi.MODEL: 0x7000,
    uapi.REVISION: 0x6214,
    uapi.PRODUCT_ID: 0x70008,
    uapi.ECO_ID: 0,
    uapi.CUSTOMER_ID: 0,
}
POINTS = {
    drm.VERSION: Point.VERSION,
    uapi.GET_PARAM: Point.GET_PARAM,
    uapi.GEM_NEW: Point.GEM_NEW,
    uapi.GEM_INFO: Point.GEM_INFO,
    uapi.GEM_CPU_PREP: Point.CPU_PREP,
    uapi.GEM_CPU_FINI: Point.CPU_FINI,
    drm.GEM_CLOSE: Point.GEM_CLOSE,
    uapi.GEM_SUBMIT: Point.SUBMIT,
    uapi.WAIT_FENCE: Point.WAIT_FENCE,
    uapi.FILE_INFO: Point.FILE_INFO,
}


def numbers(chip: Chip) -> dict[int, int]:
    """What GET_PARAM tells of an NPU."""
    return {
        uapi.MODEL: chip.model,
        uapi.REVISION: chip.revision,
        uapi.PRODUCT_ID: chip.product_id,
        uapi.ECO_ID: chip.eco_id,
        uapi.CUSTOMER_ID: chip.customer_id,
    }


class VirtualFile:
    """A descriptor of the node: its buffers, and the NPU as it sees it."""

    def __init__(self, chip: Chip) -> None:
        self.space = memory.AddressSpace()
        self.chip = Device(Cores(chip.generation, chip.cores), self.space.npu)
        self.alive = True


class VirtualKernel:
    """Implements `npucore.hw.ioctl.Kernel`. Calls of several threads come one after the other.

    Parameters
    ----------
    chip
        The NPU, on the last core.
    driver, minor
        What the node says of its driver; the version is 1.*minor*.
    softpin
        Whether programs may choose addresses.
    cores
        What is before the NPU: facts by param, None for a core that did not start.
    others
        Nodes of other drivers: name -> driver.
    """

    def __init__(
        self,
        chip: Chip = DEFAULT,
        driver: str = uapi.DRIVER,
        minor: int = 4,
        softpin: bool = True,
        cores: Sequence[Mapping[int, int] | None] = (GPU,),
        others: Mapping[str, str] | None = None,
    ) -> None:
        self.chip, self.driver, self.minor, self.softpin = chip, driver, minor, softpin
        self.others, self.present = dict(others or {}), True
        self.faults, self.calls = Faults(), deque[str](maxlen=LOGGED)
        self.queue = Queue(lambda: self.faults.at(Point.JOB))
        self.files: dict[int, VirtualFile] = {}
        self.sync_files: dict[int, VirtualJob] = {}
        self.fences: dict[int, VirtualJob] = {}
        self.now, self.submits = 0, 0
        self._cores = [*cores, numbers(chip)]
        self._mappings: weakref.WeakSet[memory.Mapping] = weakref.WeakSet()
        self._next, self._lock = FIRST_FD, threading.RLock()

    @property
    def mappings(self) -> int:
        """How many mappings there are."""
        return sum(not mapping.closed for mapping in list(self._mappings))

    @property
    def handles(self) -> int:
        """How many buffers there are."""
        return sum(len(file.space.bos) for file in self.files.values())

    def open(self, path: str) -> int:
        with self._lock:
            self._pass(Point.OPEN)
            if not self.present or path != NODE:
                raise refusal(errno.ENOENT)
            self.files[fd := self._fd()] = VirtualFile(self.chip)
            return fd

    def close(self, fd: int) -> None:
        """The descriptor is gone even if the call fails, as on Linux."""
        with self._lock:
            if self.sync_files.pop(fd, None) is None:
                file = self._file(fd, dead_too=True)
                self.queue.leave(file.chip)
                file.space.clear()
                del self.files[fd]
            self._pass(Point.CLOSE)

    def ioctl(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        with self._lock:
            self.now += CALL_NS
            if number == uapi.FILE_INFO:
                self._file_info(fd, argument)
                return
            file = self._file(fd)
            if number not in CALLS:
                raise refusal(errno.ENOTTY)
            self._pass(POINTS[number])
            CALLS[number](self, file, argument)  # type: ignore[operator]  # each its own struct

    def _file_info(self, fd: int, asked: ctypes.Structure) -> None:
        self._pass(Point.FILE_INFO)
        if fd not in self.sync_files:
            raise refusal(errno.EBADF)
        self.queue.run_until(self.now)
        asked.status, asked.num_fences = self.sync_files[fd].status, 1

    def mmap(self, fd: int, size_bytes: int, offset: int) -> mmap.mmap:
        with self._lock:
            self._pass(Point.MMAP)
            bo = self._file(fd).space.at(offset)
            if size_bytes != bo.size:
                raise refusal(errno.EINVAL, "not the buffer's size")
            mapping = bo.map()
            self._mappings.add(mapping)
            return mapping

    def listdir(self, path: str) -> list[str]:
        names = [*self.others, "card0", *([NAME] if self.present else [])]
        listings = {FOLDER: names, "/sys/module/etnaviv": ["parameters"]}
        if path not in listings:
            raise refusal(errno.ENOENT)
        return listings[path]

    def read_text(self, path: str) -> str:
        drivers = {**self.others, NAME: self.driver}
        texts = {
            f"/sys/class/drm/{name}/device/uevent": f"DRIVER={driver}\nMODALIAS=platform:x\n"
            for name, driver in drivers.items()
        }
        texts |= {
            "/proc/sys/kernel/osrelease": f"{RELEASE}\n",
            "/proc/device-tree/compatible": "npucore,virtual\0amlogic,a311d\0",
        }
        if path not in texts:
            raise refusal(errno.ENOENT)
        return texts[path]

    def clock_ns(self, fd: int) -> int:
        with self._lock:
            self._file(fd)
            self._pass(Point.CLOCK)
            return self.now

    def core(self, pipe: int) -> Mapping[int, int]:
        """What is at a pipe. Raises as the driver does."""
        if pipe >= uapi.MAX_PIPES:
            raise refusal(errno.EINVAL, f"pipe {pipe}")
        core = self._cores[pipe] if pipe < len(self._cores) else None
        if core is None:
            raise refusal(errno.ENXIO)
        return core

    def fence(self, job: VirtualJob) -> int:
        """A number for a job's end."""
        self.submits += 1
        self.fences[self.submits] = job
        self.fences.pop(self.submits - FENCES, None)
        return self.submits

    def sync_file(self, job: VirtualJob) -> int:
        """A descriptor that tells how a job ended."""
        self.sync_files[fd := self._fd()] = job
        return fd

    def wait(self, jobs: Sequence[VirtualJob], until: uapi.Timespec | None) -> None:
        """Let time pass until all have ended. Raises ETIMEDOUT, and EBUSY if that is not wanted."""
        deadline = self.now if until is None else until.seconds * 10**9 + until.nanoseconds
        end = max([job.end for job in jobs if not job.status], default=0)
        in_time = end <= max(deadline, self.now)
        self.now = max(self.now, end if in_time else deadline)
        self.queue.run_until(self.now)
        if not in_time:
            raise refusal(errno.EBUSY if until is None else errno.ETIMEDOUT)

    def _fd(self) -> int:
        fd, self._next = self._next, self._next + 1
        return fd

    def _file(self, fd: int, dead_too: bool = False) -> VirtualFile:
        file = self.files.get(fd)
        if file is None:
            raise refusal(errno.EBADF)
        if not (file.alive or dead_too):
            raise refusal(errno.ENODEV)
        return file

    def _pass(self, point: Point) -> None:
        """Somebody is at *point*: raise what was ordered."""
        self.calls.append(str(point))
        effect = self.faults.at(point)
        if effect is Effect.VANISHED:
            for file in self.files.values():
                file.alive = False
            raise refusal(errno.ENODEV)
        if isinstance(effect, int):
            raise refusal(effect)
