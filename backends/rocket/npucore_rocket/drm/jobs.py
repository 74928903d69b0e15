# SPDX-License-Identifier: MIT
"""Jobs as the driver wants them, made once, after every check that it would fail in silence."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence

from npucore.errors import DeviceError
from npucore_rocket import uapi
from npucore_rocket.device import Job
from npucore_rocket.drm.file import Bo

REGCMD_ALIGNMENT = 16
WORD_BYTES = 8


class Requests:
    """A `uapi.Submit` for each job, and the arrays that they point at, kept alive together.

    Every job gets one of *pages* among its outputs, whose fence tells how far it is. With an
    *int_mask* tasks say what their end is told by, which mainline reads over.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        bos: Mapping[int, Bo],
        pages: Sequence[int],
        int_mask: int | None = None,
    ) -> None:
        self._kept: list[object] = []
        self._int_mask = int_mask
        self._jobs = [uapi.Job() for _ in jobs]
        for number, (entry, job, page) in enumerate(zip(self._jobs, jobs, pages, strict=True)):
            check(number, job, bos)
            self._fill(entry, job, bos, page)
        size = ctypes.sizeof(uapi.Job)
        self.every = [
            uapi.Submit(jobs=ctypes.addressof(job), job_count=1, job_struct_size=size)
            for job in self._jobs
        ]

    def _fill(self, entry: uapi.Job, job: Job, bos: Mapping[int, Bo], page: int) -> None:
        tasks = _tasks(job, self._int_mask)
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
    job: Job, int_mask: int | None
) -> ctypes.Array[uapi.Task] | ctypes.Array[uapi.MaskedTask]:
    if int_mask is None:
        return (uapi.Task * len(job.tasks))(*(uapi.Task(*task) for task in job.tasks))
    masked = (uapi.MaskedTask(*task, int_mask, 0) for task in job.tasks)
    return (uapi.MaskedTask * len(job.tasks))(*masked)


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
