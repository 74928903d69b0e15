# SPDX-License-Identifier: MIT
"""The system calls of a machine that has nothing but an NPU."""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Mapping, Sequence

from npucore.contract.timeline import Span
from npucore.family.virtual import Clock, CountedMapping, OneNodeKernel, refusal
from npucore.hw.system import COMPATIBLE
from npucore.hw.system import RELEASE as RELEASE_FILE
from npucore_rocket.chip import CHIPS, CORE_CLOCK, Chip
from npucore_rocket.cost import SUBMIT_SECONDS
from npucore_rocket.uapi import CREATE_BO, FINI_BO, PREP_BO, SUBMIT
from npucore_rocket.virtual.behaviour import Behaviour
from npucore_rocket.virtual.calls import CALLS
from npucore_rocket.virtual.core import Core
from npucore_rocket.virtual.faults import Effect, Faults, Point
from npucore_rocket.virtual.file import VirtualFile
from npucore_rocket.virtual.scheduler import Scheduler

NODE = "accel0"
RELEASE = "virtual"
CALL_NS = 1000  # a guess: what any call takes
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


class VirtualKernel(OneNodeKernel[VirtualFile]):
    """A `npucore.hw.ioctl.Kernel` with one NPU.

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
    chip
        Which one; None is the family's first.
    """

    node = f"/dev/accel/{NODE}"
    faults: Faults
    points = {"open": Point.OPEN, "mmap": Point.MMAP}  # noqa: RUF012  as declared

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        *,
        clock: float = CORE_CLOCK,
        real_time: bool = False,
        host_scale: float = 0.0,
        instant: bool = False,
        chip: Chip | None = None,
    ) -> None:
        super().__init__(Faults(), Effect.VANISHED, serial=False)
        self.chip = chip or next(iter(CHIPS.values()))
        self.behaviour = behaviour or Behaviour()
        numbers = range(self.chip.cores)
        self.cores = [Core(number, self.behaviour, clock, self.chip) for number in numbers]
        self.scheduler = Scheduler(self.cores, lambda: self.faults.at(Point.JOB))
        self._clock = Clock(real_time, host_scale)
        self._instant = instant

    def take_spans(self) -> list[Span]:
        """What ran on which core since the last time."""
        taken = list(self.scheduler.spans)
        self.scheduler.spans.clear()
        return taken

    def opened(self) -> VirtualFile:
        """With an address space and a queue of its own."""
        return VirtualFile(
            self.behaviour,
            self.scheduler,
            self._clock,
            self.faults,
            SUBMIT_SECONDS * 1e9,
            self._instant,
        )

    def request(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        """One call, which takes its time."""
        self._clock.enter()
        try:
            file = self.file(fd)
            if number not in CALLS:
                raise refusal(errno.ENOTTY, "no such request")
            if number in POINTS:
                self.reach(POINTS[number])
            file.work(CALL_NS)
            CALLS[number](file, argument)  # type: ignore[operator]  # each takes its own struct
        finally:
            self._clock.leave()

    def mapped(self, file: VirtualFile, size_bytes: int, offset: int) -> CountedMapping:
        """A copy, or the NPU's own memory if there are no caches."""
        bo = file.space.at(offset)
        if size_bytes > bo.memory.size:
            raise refusal(errno.EINVAL, "longer than the buffer")
        mapping = bo.map(size_bytes)
        if not self.behaviour.caches:
            file.space.share(bo)
        return mapping

    def closing(self, file: VirtualFile) -> None:
        """Drop what is queued."""
        file.close()

    def time_of(self, file: VirtualFile) -> int:
        """Modelled."""
        return file.now

    def errno_of(self, effect: object) -> int | None:
        """Of the effects that are for calls."""
        return ERRORS.get(effect) if isinstance(effect, Effect) else None

    def listings(self) -> Mapping[str, Sequence[str]]:
        """The node, its class, and the driver's cores."""
        if not self.present:
            return {}
        return {
            "/dev/accel": (NODE,),
            "/sys/class/accel": (NODE,),
            "/sys/bus/platform/drivers/rocket": (*self.chip.nodes, "bind", "unbind", "uevent"),
        }

    def small_files(self) -> Mapping[str, str]:
        """Names of the node, the kernel and the board."""
        if not self.present:
            return {}
        return {
            f"/sys/class/accel/{NODE}/device/uevent": "MODALIAS=platform:rknn\n",
            RELEASE_FILE: f"{RELEASE}\n",
            COMPATIBLE: f"npucore,virtual\0{self.chip.compatible}\0",
        }
