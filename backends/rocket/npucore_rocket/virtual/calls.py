# SPDX-License-Identifier: MIT
"""What the driver does at each request, argument by argument."""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Sequence
from typing import TYPE_CHECKING

from npucore.hw import drm
from npucore_rocket import uapi
from npucore_rocket.sim import CommandRange
from npucore_rocket.virtual.behaviour import Driver
from npucore_rocket.virtual.faults import Effect, Point
from npucore_rocket.virtual.memory import Bo
from npucore_rocket.virtual.scheduler import VirtualJob

if TYPE_CHECKING:
    from npucore_rocket.virtual.file import VirtualFile


def version(file: VirtualFile, argument: drm.Version) -> None:
    """The names are cut at the lengths that the caller gives; the true lengths come back."""
    for text, length, place in (
        (uapi.DRIVER, "name_len", "name"),
        ("0", "date_len", "date"),
        ("rocket DRM", "desc_len", "desc"),
    ):
        data = text.encode()
        if address := getattr(argument, place):
            ctypes.memmove(address, data, min(len(data), getattr(argument, length)))
        setattr(argument, length, len(data))
    major, minor, patchlevel = file.behaviour.driver.version
    argument.version_major, argument.version_minor = major, minor
    argument.version_patchlevel = patchlevel


def create(file: VirtualFile, argument: uapi.CreateBo) -> None:
    bo = file.space.create(argument.size)
    argument.handle, argument.dma_address, argument.offset = bo.handle, bo.address, bo.offset


def prepare(file: VirtualFile, argument: uapi.PrepBo) -> None:
    """Wait for the buffer's writer; that it was reset is not told."""
    if argument.reserved:
        raise OSError(errno.EINVAL, "reserved is not 0")
    bo = file.space.find(argument.handle)
    if file.instant and argument.timeout_ns == 0 and bo.writer is not None:
        raise OSError(errno.EBUSY, "every job is taken")
    if not isinstance(bo.writer, VirtualJob):
        bo.to_cpu()
        return
    until = max(file.now, argument.timeout_ns)
    file.scheduler.advance(file.entity, until, bo.writer)
    end = bo.writer.end
    if until > file.now and not file.instant:
        file.scheduler.keep_step(file.entity, until if end is None else min(end, until))
    if end is None or end > until:
        polled = argument.timeout_ns <= file.now
        file.pass_until(until)
        raise OSError(errno.EBUSY if argument.timeout_ns == 0 or polled else errno.ETIMEDOUT, "")
    file.pass_until(max(file.now, end))
    bo.to_cpu()


def finish(file: VirtualFile, argument: uapi.FiniBo) -> None:
    if argument.reserved:
        raise OSError(errno.EINVAL, "reserved is not 0")
    file.space.find(argument.handle).to_device()


def close(file: VirtualFile, argument: drm.GemClose) -> None:
    file.space.close(argument.handle)


def submit(file: VirtualFile, argument: uapi.Submit) -> None:
    """Errors of single jobs are swallowed: the call returns 0 and they do not run.

    Only the other author's driver tells. Source: mainline's rocket_job.c, read; facts of 2026-11,
    B3.
    """
    if argument.job_struct_size < ctypes.sizeof(uapi.Job):
        raise OSError(errno.EINVAL, "job_struct_size")
    if argument.reserved:
        raise OSError(errno.EINVAL, "reserved is not 0")
    if not argument.jobs and argument.job_count:
        raise OSError(errno.EFAULT, "jobs")
    batching = file.behaviour.driver is Driver.BATCHING
    for number in range(argument.job_count):
        address = argument.jobs + number * argument.job_struct_size
        job = uapi.Job.from_address(address)
        try:
            flags = _flags(address, argument.job_struct_size) if batching else 0
            _submit_job(file, job, number, flags)
        except OSError:
            file.dropped += 1
            if batching:
                raise


def _flags(address: int, size: int) -> int:
    """Of a job, if it is long enough to have them; chains of tasks are not modelled."""
    if size < ctypes.sizeof(uapi.FlaggedJob):
        return 0
    flags: int = uapi.FlaggedJob.from_address(address).flags
    if flags & ~uapi.JOB_PPU_DONE:
        raise OSError(errno.EINVAL, "flags")
    return flags


def _submit_job(file: VirtualFile, job: uapi.Job, number: int, flags: int) -> None:
    if job.task_struct_size < ctypes.sizeof(_known(file)) or job.task_count == 0:
        raise OSError(errno.EINVAL, "tasks")
    places = [job.tasks + index * job.task_struct_size for index in range(job.task_count)]
    tasks = [uapi.Task.from_address(place) for place in places]
    if any(task.regcmd_count == 0 for task in tasks):
        raise OSError(errno.EINVAL, "regcmd_count")
    armed = _armed(file, places, job.task_struct_size, flags)
    ins = _bos(file, job.in_bo_handles, job.in_bo_handle_count)
    outs = _bos(file, job.out_bo_handles, job.out_bo_handle_count)
    if len({id(bo) for bo in (*ins, *outs)}) != len(ins) + len(outs):
        raise OSError(errno.EALREADY, "a handle twice: the reservations cannot be locked")
    if file.faults.at(Point.QUEUE) is Effect.DROPPED:
        raise OSError(errno.ENOMEM, "dropped")
    wanted = [CommandRange(task.regcmd, task.regcmd_count) for task in tasks]
    file.queue(VirtualJob(wanted, file.now, number, armed), outs)


def _known(file: VirtualFile) -> type[uapi.Task] | type[uapi.MaskedTask]:
    """A task as the driver knows it: it takes no shorter one, and of a longer one as much."""
    return uapi.MaskedTask if file.behaviour.driver is Driver.MASKED_TASKS else uapi.Task


def _armed(file: VirtualFile, places: Sequence[int], size: int, flags: int) -> list[int]:
    """The interrupts that the driver listens to for each task."""
    if file.behaviour.driver is Driver.MASKED_TASKS:
        tasks = [uapi.MaskedTask.from_address(place) for place in places]
        return [task.int_mask or uapi.DPU_DONE for task in tasks]
    more = size - ctypes.sizeof(uapi.Task)
    if file.behaviour.driver is Driver.BATCHING and more:
        rest = (ctypes.string_at(place + ctypes.sizeof(uapi.Task), more) for place in places)
        if any(any(each) for each in rest):
            raise OSError(errno.E2BIG, "a task has fields that this driver does not know")
    done = uapi.PPU_DONE if flags & uapi.JOB_PPU_DONE else uapi.DPU_DONE
    return [done] * len(places)


def _bos(file: VirtualFile, address: int, count: int) -> Sequence[Bo]:
    if not count:
        return []
    if not address:
        raise OSError(errno.EFAULT, "handles")
    return [file.space.find(h) for h in (ctypes.c_uint32 * count).from_address(address)]


CALLS = {
    drm.VERSION: version,
    uapi.CREATE_BO: create,
    uapi.PREP_BO: prepare,
    uapi.FINI_BO: finish,
    drm.GEM_CLOSE: close,
    uapi.SUBMIT: submit,
}
