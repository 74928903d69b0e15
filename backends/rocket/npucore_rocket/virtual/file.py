# SPDX-License-Identifier: MIT
"""An open file: its address space, its queue, its time."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from npucore_rocket import uapi
from npucore_rocket.virtual.faults import Faults
from npucore_rocket.virtual.memory import AddressSpace, Bytes
from npucore_rocket.virtual.scheduler import Entity, Scheduler


class Clock(threading.local):
    """How far each thread of the program is; *real* lets it wait as long as it is told."""

    now = 0
    left = 0  # the thread's CPU time when it last left the kernel

    def __init__(self, real: bool, host_scale: float) -> None:
        self.real, self.host_scale = real, host_scale

    def pass_until(self, moment: int) -> None:
        """The thread sleeps until then."""
        if self.real and moment > self.now:
            time.sleep((moment - self.now) * 1e-9)
        self.now = max(self.now, moment)

    def enter(self) -> None:
        """The thread has worked since it left, which takes *host_scale* of its CPU time."""
        if self.host_scale and self.left:
            self.now += round(self.host_scale * (time.thread_time_ns() - self.left))

    def leave(self) -> None:
        """The thread goes on with its own work."""
        if self.host_scale:
            self.left = time.thread_time_ns()


class VirtualFile:
    """One descriptor. *submit_ns* is what a submission takes before its jobs can start."""

    def __init__(
        self, scheduler: Scheduler, clock: Clock, faults: Faults, submit_ns: float, instant: bool
    ) -> None:
        self.space = AddressSpace()
        self.entity = Entity(self.space.npu)
        self.scheduler, self.clock, self.faults = scheduler, clock, faults
        self.submit_ns, self.instant = submit_ns, instant
        self.alive = True
        self.dropped = 0  # jobs that the driver did not take, and said nothing
        self._now = 0
        self._results: dict[int, list[tuple[Bytes, Bytes]]] = {}

    @property
    def now(self) -> int:
        """The file's time: neither its user nor its last job is behind it."""
        return max(self._now, self.clock.now)

    def pass_until(self, moment: int) -> None:
        """Sleep until then."""
        self.clock.pass_until(moment)
        self._now = max(self._now, moment)

    def work(self, nanoseconds: int) -> None:
        """The kernel is busy for so long."""
        self.pass_until(self.now + nanoseconds)

    def replay(self, jobs: Sequence[uapi.Job]) -> bool:
        """An instant kernel puts the results of the first time where they were."""
        if not self.instant or not jobs or jobs[0].tasks not in self._results:
            return False
        for memory, result in self._results[jobs[0].tasks]:
            memory[:] = result
        return True

    def remember(self, jobs: Sequence[uapi.Job]) -> None:
        """Run all at once, and keep what came out, if this is an instant kernel."""
        if not self.instant or not self.entity.queue:
            return
        last = self.entity.queue[-1]
        self.scheduler.advance(self.entity, 1 << 62, last)
        written = [bo for bo in self.space if bo.writer is not None and bo.seen is not None]
        self._results[jobs[0].tasks] = [(bo.memory, bo.memory.copy()) for bo in written]

    def close(self) -> None:
        """Drop what is queued, give memory back."""
        self.scheduler.leave(self.entity)
        self._results.clear()
        self.space.clear()
