# SPDX-License-Identifier: MIT
"""Jobs of open files on cores: one queue for each file, one job at a time on each core.

A file's queue stays on one core while anything is in it; the core is chosen when it is empty.
Source: drm_sched_entity_select_rq, by way of the hardware reference 3.2.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from npucore.contract.timeline import Span
from npucore_rocket.sim import CommandRange, Memory
from npucore_rocket.virtual.core import Core
from npucore_rocket.virtual.faults import Effect
from npucore_rocket.virtual.memory import Bo


@dataclass(slots=True, eq=False)
class VirtualJob:
    """*queued* and *end* are times; *end* is None until the job has been started.

    *armed* has the interrupts that each task's end is told by.
    """

    tasks: Sequence[CommandRange]
    queued: int
    number: int
    armed: Sequence[int]
    end: int | None = None
    trouble: str = ""


class Entity:
    """An open file's queue."""

    def __init__(self, memory: Memory) -> None:
        self.memory, self.queue = memory, deque[VirtualJob]()
        self.core: Core | None = None
        self.free_at = 0


REMEMBERED = 10_000  # spans and resets, the latest ones
PATIENCE_SECONDS = 0.2  # for a file whose jobs nobody seems to wait for


class Scheduler:
    """Runs jobs when somebody's time has come so far; *effect* says how the next one goes."""

    def __init__(self, cores: Sequence[Core], effect: Callable[[], Effect | None]) -> None:
        self._cores, self._effect = cores, effect
        self._lock = threading.Lock()
        self._moved = threading.Condition()
        self._entities: set[Entity] = set()
        self._users: dict[Core, Entity] = {}
        self.spans: deque[Span] = deque(maxlen=REMEMBERED)
        self.resets: deque[str] = deque(maxlen=REMEMBERED)

    def queue(self, entity: Entity, job: VirtualJob, outs: Sequence[Bo]) -> None:
        """Put a job behind the others of its file."""
        if not entity.queue:
            self._choose(entity, job.queued)
        with self._moved:
            self._entities.add(entity)
        entity.queue.append(job)
        for bo in outs:
            bo.writer = job

    def _choose(self, entity: Entity, now: int) -> None:
        """The file's last core if that is idle, else the one that will be idle first."""
        with self._lock:
            mine = entity.core
            if mine is not None and mine.idle_from(now) == now and self._users.get(mine) is entity:
                return
            taken = {core for core, user in self._users.items() if user is not entity}
            entity.core = min(self._cores, key=lambda c: (c.free_after(now), c in taken, c.number))
            self._users[entity.core] = entity

    def advance(self, entity: Entity, until: int, target: VirtualJob) -> None:
        """Let time pass for a file's jobs until *target* has ended, or until *until*."""
        queue = entity.queue
        while target in queue:
            job = queue[0]
            if job.end is None and not self._start(entity, job, until):
                return
            if job.end is None or job.end > until:
                return
            with self._moved:
                queue.popleft()
                self._moved.notify_all()

    def _start(self, entity: Entity, job: VirtualJob, until: int) -> bool:
        core = entity.core
        assert core is not None
        with core.lock:
            start = core.idle_from(max(job.queued, entity.free_at))
            if start > until:
                return False
            ran = core.run(job.tasks, entity.memory, start, self._effect(), job.armed)
            job.end, job.trouble = ran.end, ran.trouble
        with self._moved:
            entity.free_at = ran.end
            self._moved.notify_all()
        if ran.trouble:
            self.resets.append(ran.trouble)
        name = f"job {job.number}" + (f": {ran.trouble}" if ran.trouble else "")
        starts = [start, *ran.ends]
        for task, began, ended in zip(job.tasks, starts, ran.ends, strict=False):
            facts = {"job": job.number, "words": task.address}
            self.spans.append(Span(f"core {core.number}", name, began, ended, facts))
        return True

    def keep_step(self, entity: Entity, moment: int) -> None:
        """Wait until no other file has jobs that are behind *moment*.

        Threads are as fast as this computer lets them; so nobody gets ahead in the model's time. A
        file that does not move any more is not waited for.
        """
        with self._moved:
            while any(e.free_at < moment for e in self._entities if e is not entity and e.queue):
                if not self._moved.wait(PATIENCE_SECONDS):
                    return

    def leave(self, entity: Entity) -> None:
        """The file is closed: what it has queued is dropped."""
        with self._moved:
            entity.queue.clear()
            self._entities.discard(entity)
            self._moved.notify_all()
        with self._lock:
            for core in [core for core, user in self._users.items() if user is entity]:
                del self._users[core]
