# SPDX-License-Identifier: MIT
"""Submits on the NPU: one after the other, run when somebody waits for them.

Source: etnaviv_sched.c and drm_sched of Linux 6.x: a job that hangs is found out within a second,
the core is reset, the job's fence comes with an error; one that cannot be started ends without.
"""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from npucore.hw.memory import SimulationError
from npucore_vsim.sim.device import SimulatedChip
from npucore_vsim.virtual.faults import Effect
from npucore_vsim.virtual.memory import Bo

JOB_NS = 1_000_000
HANG_NS = 1_000_000_000  # twice the driver's look, which is each 500 ms
BUSY_NS = 10_000_000_000
UNFINISHED_WORDS = 24  # the last two jobs, of five states each, and the flush
REMEMBERED = 1000  # complaints, the latest ones


@dataclass(slots=True, eq=False)
class VirtualJob:
    """A submit. *status* is the fence's: 0 until it has ended, then 1 or -errno.

    One that has ended or been dropped keeps neither buffers nor the chip, with the coefficients
    that it has decoded: a fence may be remembered for long.
    """

    chip: SimulatedChip | None
    words: list[int]
    bos: set[Bo]
    queued: int
    effect: Effect | None = None
    end: int = 0
    status: int = 0

    def let_go(self) -> None:
        """Of everything but the status."""
        self.bos.clear()
        self.chip, self.words = None, []


@dataclass(slots=True, eq=False)
class Queue:
    """The NPU's jobs in order. *effect* says how the next one goes."""

    effect: Callable[[], object]
    log: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    jobs: deque[VirtualJob] = field(default_factory=deque)
    _free_at: int = 0

    def add(self, job: VirtualJob) -> None:
        """Put a job behind the others."""
        effect = self.effect()
        job.effect = effect if isinstance(effect, Effect) else None
        took = {Effect.HANG: HANG_NS, Effect.HALF: HANG_NS, Effect.BUSY: BUSY_NS}
        job.end = max(job.queued, self._free_at)
        job.end += JOB_NS if job.effect is None else took.get(job.effect, JOB_NS)
        self._free_at = job.end
        self.jobs.append(job)

    def run_until(self, moment: int) -> None:
        """Run every job that has ended by then."""
        while self.jobs and self.jobs[0].end <= moment:
            job = self.jobs.popleft()
            self._run(job)
            job.let_go()

    def busy(self) -> set[Bo]:
        """Buffers of jobs that have not ended."""
        return {bo for job in self.jobs for bo in job.bos}

    def leave(self, chip: SimulatedChip) -> None:
        """A file is closed: its jobs are dropped."""
        for job in [job for job in self.jobs if job.chip is chip]:
            self.jobs.remove(job)
            job.let_go()
        self._free_at = self.jobs[-1].end if self.jobs else 0

    def _run(self, job: VirtualJob) -> None:
        words, job.status = job.words, 1
        if job.effect is Effect.DROPPED:
            self.log.append(str(job.effect))
            return
        if job.effect is Effect.HANG:
            words = []
        elif job.effect is Effect.HALF:
            words = words[: len(words) // 4 * 2]
        elif job.effect is Effect.UNFINISHED:
            words = words[:-UNFINISHED_WORDS]
        assert job.chip is not None
        try:
            job.chip.run(words)
            if job.effect in (Effect.HANG, Effect.HALF):
                raise SimulationError(str(job.effect))
        except SimulationError as error:
            job.status = -errno.ECANCELED
            self.log.append(str(error))
