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
    """Errors of single jobs are swallowed: the call returns 0 and they do not run."""
    if argument.job_struct_size < ctypes.sizeof(uapi.Job):
        raise OSError(errno.EINVAL, "job_struct_size")
    if argument.reserved:
        raise OSError(errno.EINVAL, "reserved is not 0")
    if not argument.jobs and argument.job_count:
        raise OSError(errno.EFAULT, "jobs")
    entries = [
        uapi.Job.from_address(argument.jobs + number * argument.job_struct_size)
        for number in range(argument.job_count)
    ]
    for number, job in enumerate(entries):
        try:
            _submit_job(file, job, number)
        except OSError:
            file.dropped += 1


def _submit_job(file: VirtualFile, job: uapi.Job, number: int) -> None:
    if job.task_struct_size < ctypes.sizeof(uapi.Task) or job.task_count == 0:
        raise OSError(errno.EINVAL, "tasks")
    tasks = [
        uapi.Task.from_address(job.tasks + index * job.task_struct_size)
        for index in range(job.task_count)
    ]
    if any(task.regcmd_count == 0 for task in tasks):
        raise OSError(errno.EINVAL, "regcmd_count")
    ins = _bos(file, job.in_bo_handles, job.in_bo_handle_count)
    outs = _bos(file, job.out_bo_handles, job.out_bo_handle_count)
    if len({id(bo) for bo in (*ins, *outs)}) != len(ins) + len(outs):
        raise OSError(errno.EALREADY, "a handle twice: the reservations cannot be locked")
    if file.faults.at(Point.QUEUE) is Effect.DROPPED:
        raise OSError(errno.ENOMEM, "dropped")
    wanted = [CommandRange(task.regcmd, task.regcmd_count) for task in tasks]
    file.queue(VirtualJob(wanted, file.now, number, _hears_ppu(file, job)), outs)


def _hears_ppu(file: VirtualFile, job: uapi.Job) -> bool:
    """Whether the driver reads masks, and the job's last task names the PPU; others read over."""
    masked = job.task_struct_size >= ctypes.sizeof(uapi.MaskedTask)
    if file.behaviour.driver is not Driver.MASKED_TASKS or not masked:
        return False
    last = job.tasks + (job.task_count - 1) * job.task_struct_size
    return bool(uapi.MaskedTask.from_address(last).int_mask & uapi.PPU_DONE)


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
