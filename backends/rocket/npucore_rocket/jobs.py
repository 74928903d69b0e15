# SPDX-License-Identifier: MIT
"""Which tasks go to the kernel as one job.

A job costs its start, its end and the IOMMU's attaching; a task inside it an interrupt alone. That
all tasks of a job run, each after the one before it, two parties have shown on mainline (facts of
2026-11, A11: proven). A job that takes longer than half a second is stopped by the driver.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from npucore_rocket.chip import MAINLINE_CLOCK, Chip
from npucore_rocket.cost import TASK_SECONDS, Work, work
from npucore_rocket.form import Tasks
from npucore_rocket.program import CompiledJob, CompiledTask, RocketCompiled
from npucore_rocket.stream import value_and_offset

MOST_SECONDS = 0.1  # of a job, at mainline's clock: a fifth of what the driver waits
PPU = 0x20  # of a start mask


def jobs(compiled: RocketCompiled, tasks: Tasks) -> tuple[CompiledJob, ...]:
    """The tasks in order, by jobs.

    `JOINED` are those that share weights, which stay in the CBUF from task to task; otherwise each
    task loads its own.
    """
    if tasks is Tasks.JOINED:
        return compiled.jobs
    every = itertools.chain.from_iterable(compiled.jobs)
    if tasks is Tasks.ONE:
        return tuple((task,) for task in every)
    return tuple(_batches(every, compiled.chip))


def _batches(tasks: Iterator[CompiledTask], chip: Chip) -> Iterator[CompiledJob]:
    """Tasks of the PPU stay apart: one driver hears the end of one or the other in a job."""
    batch: list[CompiledTask] = []
    seconds = 0.0
    for task in tasks:
        cost = seconds_of(work(task.code.words, chip))
        if batch and (seconds + cost > MOST_SECONDS or _pools(task) != _pools(batch[-1])):
            yield tuple(batch)
            batch, seconds = [], 0.0
        batch.append(task)
        seconds += cost
    if batch:
        yield tuple(batch)


def seconds_of(task: Work) -> float:
    """Of a task, at mainline's clock, with its interrupt."""
    return task.seconds(MAINLINE_CLOCK) + TASK_SECONDS


def _pools(task: CompiledTask) -> bool:
    return bool(value_and_offset(int(task.code.words[-1]))[0] & PPU)
