# SPDX-License-Identifier: MIT
"""Jobs as the driver wants them, made once, after every check that it would fail in silence."""

from __future__ import annotations

import ctypes
import enum
from collections.abc import Mapping, Sequence

import numpy as np

from npucore.errors import DeviceError
from npucore_rocket import uapi
from npucore_rocket.device import Job
from npucore_rocket.drm.file import Bo
from npucore_rocket.stream import START_TARGET, TARGET_SHIFT, value_and_offset

REGCMD_ALIGNMENT = 16
WORD_BYTES = 8
CNA, PPU = 0x01, 0x20  # of a start mask


class Ends(enum.Enum):
    """How a driver is told by which interrupt tasks end."""

    PLAIN = "not at all: by the DPU's"
    MASKED = "task by task, where it listens"
    FLAGGED = "job by job"


def ends_of(version: tuple[int, int, int]) -> Ends:
    """For a driver of that version. Mainline, patched or not, is 0.0.0, and takes the longer task.

    >>> [ends_of(version).name for version in ((0, 0, 0), (1, 1, 0), (1, 3, 0))]
    ['MASKED', 'PLAIN', 'FLAGGED']
    """
    if version >= uapi.FLAGGED_JOBS:
        return Ends.FLAGGED
    return Ends.PLAIN if version >= (1, 0, 0) else Ends.MASKED


class Requests:
    """A `uapi.Submit` for each job, and the arrays that they point at, kept alive together.

    Every job gets one of *pages* among its outputs, whose fence tells how far it is. What ends its
    tasks is taken from their words, which are in memory already.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        bos: Mapping[int, Bo],
        pages: Sequence[int],
        ends: Ends = Ends.PLAIN,
    ) -> None:
        self._kept: list[object] = []
        self._ends = ends
        entry = uapi.FlaggedJob if ends is Ends.FLAGGED else uapi.Job
        self._jobs = [entry() for _ in jobs]
        for number, (entry_, job, page) in enumerate(zip(self._jobs, jobs, pages, strict=True)):
            check(number, job, bos)
            self._fill(entry_, number, job, bos, page)
        size = ctypes.sizeof(entry)
        self.every = [
            uapi.Submit(jobs=ctypes.addressof(job), job_count=1, job_struct_size=size)
            for job in self._jobs
        ]

    def _fill(
        self,
        entry: uapi.Job | uapi.FlaggedJob,
        number: int,
        job: Job,
        bos: Mapping[int, Bo],
        page: int,
    ) -> None:
        masks = [_start_mask(bos, *task) for task in job.tasks]
        if isinstance(entry, uapi.FlaggedJob):
            entry.flags = _flags(number, masks)
        tasks = _tasks(job, masks, self._ends)
        reads, writes = (_handles(bos, addresses) for addresses in (job.reads, job.writes))
        writes.append(page)
        ins = (ctypes.c_uint32 * len(reads))(*reads)
        outs = (ctypes.c_uint32 * len(writes))(*writes)
        self._kept += [tasks, ins, outs]
        entry.tasks, entry.task_count = ctypes.addressof(tasks), len(tasks)
        entry.task_struct_size = ctypes.sizeof(tasks) // len(tasks)
        entry.in_bo_handles, entry.in_bo_handle_count = ctypes.addressof(ins), len(ins)
        entry.out_bo_handles, entry.out_bo_handle_count = ctypes.addressof(outs), len(outs)


def _tasks(
    job: Job, masks: Sequence[int], ends: Ends
) -> ctypes.Array[uapi.Task] | ctypes.Array[uapi.MaskedTask]:
    if ends is not Ends.MASKED:
        return (uapi.Task * len(job.tasks))(*(uapi.Task(*task) for task in job.tasks))
    masked = (
        uapi.MaskedTask(
            *task,
            uapi.PPU_DONE if mask & PPU else uapi.DPU_DONE,
            0 if mask & CNA else uapi.NO_CNA_CORE,
        )
        for task, mask in zip(job.tasks, masks, strict=True)
    )
    return (uapi.MaskedTask * len(job.tasks))(*masked)


def _flags(number: int, masks: Sequence[int]) -> int:
    """Of a whole job. Raises `DeviceError` where the driver would miss the end of some task."""
    pooling = [bool(mask & PPU) for mask in masks]
    if any(pooling) and not all(pooling):
        raise DeviceError(
            f"job {number}: it has tasks of the PPU and others, of which this driver hears the one "
            "or the other end"
        )
    return uapi.JOB_PPU_DONE if all(pooling) else 0


def _start_mask(bos: Mapping[int, Bo], address: int, count: int) -> int:
    """The units that a task's last word starts."""
    bo = next(bo for bo in bos.values() if _holds(bo, address, count))
    last = address - bo.address + WORD_BYTES * (count - 1)
    word = int(np.frombuffer(bo.data[last : last + WORD_BYTES].tobytes(), np.uint64)[0])
    return value_and_offset(word)[0] if word >> TARGET_SHIFT == START_TARGET else CNA


def _handles(bos: Mapping[int, Bo], addresses: Sequence[int]) -> list[int]:
    return [bos[address].handle for address in addresses]


def check(number: int, job: Job, bos: Mapping[int, Bo]) -> None:
    """Raise `DeviceError` for a job that the driver would drop, its call returning 0.

    Drivers before Linux 7.2 do worse: they free twice, or read what is not there. Source: facts of
    2026-11, B1; A11 of buffers that are listed twice: nothing runs, and the fence says that it did.
    """
    used = [*job.reads, *job.writes]
    if unknown := [address for address in used if address not in bos]:
        raise DeviceError(f"job {number}: no buffer is at {unknown[0]:#x}")
    if len(set(used)) != len(used):
        raise DeviceError(f"job {number}: a buffer is listed twice, which the driver cannot lock")
    if not job.tasks:
        raise DeviceError(f"job {number}: it has no task")
    for address, count in job.tasks:
        if count < 1 or address % REGCMD_ALIGNMENT:
            raise DeviceError(
                f"job {number}: {count} words at {address:#x}, wanted at least one, at a multiple "
                f"of {REGCMD_ALIGNMENT}"
            )
        if not any(_holds(bo, address, count) for bo in bos.values()):
            raise DeviceError(
                f"job {number}: its {count} words at {address:#x} are in no buffer, or leave it"
            )


def _holds(bo: Bo, address: int, count: int) -> bool:
    end = address + WORD_BYTES * count
    return bo.address <= address and end <= bo.address + bo.data.size
