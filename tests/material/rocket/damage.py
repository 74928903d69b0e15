# SPDX-License-Identifier: MIT
"""Jobs with other values in registers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from npucore_rocket import stream
from npucore_rocket.registers import by_name
from npucore_rocket.sim import SimulationError
from npucore_rocket.stream import OFFSET_MASK
from tools.faults.count import refused
from tools.faults.jobs import Job


def changed(job: Job, number: int = 0, **values: int) -> Job:
    """The job with other words in registers of one task."""
    words = job.tasks[number].words.copy()
    for name, value in values.items():
        word = stream.write(by_name(name).decode(value))
        words[words & np.uint64(OFFSET_MASK) == by_name(name).offset] = word
    return job.with_task(number, words)


def value(job: Job, name: str, number: int = 0) -> int:
    """The word that a register gets."""
    words = job.tasks[number].words
    place = np.flatnonzero(words & np.uint64(OFFSET_MASK) == by_name(name).offset)[0]
    return stream.value_and_offset(int(words[place]))[0]


def with_fields(job: Job, fields: Mapping[str, int], number: int = 0) -> Job:
    """The job with other values in fields, by "REGISTER.field", of one task."""
    for name, new in fields.items():
        register, field = name.split(".")
        bits = by_name(register).fields[field]
        word = value(job, register, number) & ~(bits.mask << bits.lsb)
        job = changed(job, number, **{register: word | (new & bits.mask) << bits.lsb})
    return job


def behind(first: Job, second: Job) -> Job:
    """The first task of either, one behind the other, in memory that both may use."""
    everything = replace(first.buffers[0], address=0, size_bytes=1 << 32, writable=True)
    tasks = (first.tasks[0], second.tasks[0])
    return replace(first, tasks=tasks, buffers=(everything,))


def message(job: Job) -> str | None:
    """Why a job must not run."""
    error = refused(job)
    return None if error is None else str(error)


@contextmanager
def numbers_only() -> Iterator[None]:
    """The simulator may not know how the chip saturates, but nothing else."""
    try:
        yield
    except SimulationError as error:
        if "how they saturate" not in str(error):
            raise
