# SPDX-License-Identifier: MIT
"""An open file: its address space, its queue, its time."""

from __future__ import annotations

import time
from collections.abc import Sequence

from npucore.family.virtual import Clock
from npucore_rocket.sim import CommandRange
from npucore_rocket.virtual.behaviour import Behaviour
from npucore_rocket.virtual.faults import Faults
from npucore_rocket.virtual.memory import AddressSpace, Bo
from npucore_rocket.virtual.scheduler import Entity, Scheduler, VirtualJob


class VirtualFile:
    """One descriptor. *submit_ns* is how long a job takes to start where nothing else runs."""

    def __init__(
        self,
        behaviour: Behaviour,
        scheduler: Scheduler,
        clock: Clock,
        faults: Faults,
        submit_ns: float,
        instant: bool,
    ) -> None:
        self.behaviour = behaviour
        self.space = AddressSpace()
        self.entity = Entity(self.space.npu)
        self.scheduler, self.clock, self.faults = scheduler, clock, faults
        self.submit_ns, self.instant = submit_ns, instant
        self.alive = True
        self.dropped = 0  # jobs that the driver did not take, and said nothing
        self._now = 0
        self._known: set[CommandRange] = set()

    @property
    def now(self) -> int:
        """The file's time: neither its user nor its last job is behind it."""
        return max(self._now, self.clock.now)

    def pass_until(self, moment: int) -> None:
        """The thread sleeps until then."""
        if self.clock.real and moment > self.now:
            time.sleep((moment - self.now) * 1e-9)
        self._now = self.clock.now = max(self.now, moment)

    def work(self, nanoseconds: int) -> None:
        """The kernel is busy for so long."""
        self.pass_until(self.now + nanoseconds)

    def queue(self, job: VirtualJob, outs: Sequence[Bo]) -> None:
        """Put a job into the queue; an instant kernel runs it, unless it knows it already."""
        if self.instant and job.tasks[0] in self._known:
            return
        if not self.entity.queue and self.entity.free_at <= self.now:
            job.queued += round(self.submit_ns)
        self.scheduler.queue(self.entity, job, outs)
        if self.instant:
            self._known.add(job.tasks[0])
            self.scheduler.advance(self.entity, 1 << 62, job)

    def close(self) -> None:
        """Drop what is queued, give memory back."""
        self.scheduler.leave(self.entity)
        self.space.clear()
