# SPDX-License-Identifier: MIT
"""The kernel: nodes, open files, fences, time."""

from __future__ import annotations

import ctypes
import errno
from collections import deque
from collections.abc import Mapping, Sequence

from npucore.family.virtual import CountedMapping, OneNodeKernel, refusal
from npucore.hw import drm
from npucore.hw.system import COMPATIBLE
from npucore.hw.system import RELEASE as RELEASE_FILE
from npucore_vsim import uapi
from npucore_vsim.chip import DEFAULT, Chip
from npucore_vsim.virtual.calls import CALLS
from npucore_vsim.virtual.faults import Effect, Faults, Point
from npucore_vsim.virtual.file import VirtualFile
from npucore_vsim.virtual.jobs import Queue, VirtualJob

NODE = "/dev/dri/renderD128"
FOLDER, NAME = "/dev/dri", "renderD128"
RELEASE = "6.12.0-virtual"
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


class VirtualKernel(OneNodeKernel[VirtualFile]):
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

    node = NODE
    faults: Faults
    points = {  # noqa: RUF012  as declared
        "open": Point.OPEN,
        "close": Point.CLOSE,
        "mmap": Point.MMAP,
        "clock": Point.CLOCK,
    }

    def __init__(
        self,
        chip: Chip = DEFAULT,
        driver: str = uapi.DRIVER,
        minor: int = 4,
        softpin: bool = True,
        cores: Sequence[Mapping[int, int] | None] = (GPU,),
        others: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(Faults(), Effect.VANISHED, serial=True)
        self.chip, self.driver, self.minor, self.softpin = chip, driver, minor, softpin
        self.others = dict(others or {})
        self.calls = deque[str](maxlen=LOGGED)
        self.queue = Queue(lambda: self.faults.at(Point.JOB))
        self.sync_files: dict[int, VirtualJob] = {}
        self.fences: dict[int, VirtualJob] = {}
        self.now, self.submits = 0, 0
        self._cores = [*cores, numbers(chip)]

    @property
    def handles(self) -> int:
        """How many buffers there are."""
        return sum(len(file.space.bos) for file in self.files.values())

    def reach(self, point: object) -> None:
        """Note the call, and raise what was ordered."""
        self.calls.append(str(point))
        super().reach(point)

    def opened(self) -> VirtualFile:
        """With an address space of its own."""
        return VirtualFile(self.chip)

    def close(self, fd: int) -> None:
        """A node's descriptor, or a fence's."""
        with self.serial:
            if self.sync_files.pop(fd, None) is None:
                super().close(fd)
            else:
                self.reach(Point.CLOSE)

    def closing(self, file: VirtualFile) -> None:
        """Drop what is queued."""
        self.queue.leave(file.chip)
        file.space.clear()

    def request(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        """One call, of a node or of a fence."""
        self.now += CALL_NS
        if number == uapi.FILE_INFO:
            self._file_info(fd, argument)
            return
        file = self.file(fd)
        if number not in CALLS:
            raise refusal(errno.ENOTTY)
        self.reach(POINTS[number])
        CALLS[number](self, file, argument)  # type: ignore[operator]  # each its own struct

    def _file_info(self, fd: int, asked: ctypes.Structure) -> None:
        self.reach(Point.FILE_INFO)
        if fd not in self.sync_files:
            raise refusal(errno.EBADF)
        self.queue.run_until(self.now)
        asked.status, asked.num_fences = self.sync_files[fd].status, 1

    def mapped(self, file: VirtualFile, size_bytes: int, offset: int) -> CountedMapping:
        """The NPU's own memory."""
        bo = file.space.at(offset)
        if size_bytes != bo.size:
            raise refusal(errno.EINVAL, "not the buffer's size")
        return bo.map()

    def time_of(self, file: VirtualFile) -> int:
        """Modelled from guesses."""
        return self.now

    def listings(self) -> Mapping[str, Sequence[str]]:
        """The nodes, and the driver's module."""
        names = [*self.others, "card0", *([NAME] if self.present else [])]
        return {FOLDER: names, "/sys/module/etnaviv": ["parameters"]}

    def small_files(self) -> Mapping[str, str]:
        """The drivers of the nodes, and the names of the kernel and the board."""
        drivers = {**self.others, NAME: self.driver}
        return {
            RELEASE_FILE: f"{RELEASE}\n",
            COMPATIBLE: "npucore,virtual\0amlogic,a311d\0",
            **{
                f"/sys/class/drm/{name}/device/uevent": f"DRIVER={driver}\nMODALIAS=platform:x\n"
                for name, driver in drivers.items()
            },
        }

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
        self.sync_files[fd := self.descriptor()] = job
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
