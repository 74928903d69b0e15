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


class Requests:
    """A `uapi.Submit` for each job, and the arrays that they point at, kept alive together.

    Every job gets one of *pages* among its outputs, whose fence tells how far it is.
    """

    def __init__(self, jobs: Sequence[Job], bos: Mapping[int, Bo], pages: Sequence[int]) -> None:
        self._kept: list[ctypes.Array[ctypes.c_uint32] | ctypes.Array[uapi.Task]] = []
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
        tasks = (uapi.Task * len(job.tasks))(*(uapi.Task(*task) for task in job.tasks))
        reads, writes = (_handles(bos, addresses) for addresses in (job.reads, job.writes))
        writes.append(page)
        ins = (ctypes.c_uint32 * len(reads))(*reads)
        outs = (ctypes.c_uint32 * len(writes))(*writes)
        self._kept += [tasks, ins, outs]
        entry.tasks, entry.task_count = ctypes.addressof(tasks), len(tasks)
        entry.task_struct_size = ctypes.sizeof(uapi.Task)
        entry.in_bo_handles, entry.in_bo_handle_count = ctypes.addressof(ins), len(ins)
        entry.out_bo_handles, entry.out_bo_handle_count = ctypes.addressof(outs), len(outs)


def _handles(bos: Mapping[int, Bo], addresses: Sequence[int]) -> list[int]:
    return [bos[address].handle for address in addresses]


def check(number: int, job: Job, bos: Mapping[int, Bo]) -> None:
    """Raise `DeviceError` for a job that the driver would drop, its call returning 0."""
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
        if not any(bo.address <= address < bo.address + bo.data.size for bo in bos.values()):
            raise DeviceError(f"job {number}: its words at {address:#x} are in no buffer")
