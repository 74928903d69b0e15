# SPDX-License-Identifier: MIT
"""What the driver does at each request, argument by argument."""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from npucore.family.virtual import refusal
from npucore.hw import drm
from npucore_vsim import uapi
from npucore_vsim.virtual.checker import complaint
from npucore_vsim.virtual.file import VirtualFile
from npucore_vsim.virtual.jobs import Queue, VirtualJob
from npucore_vsim.virtual.memory import SOFTPIN_START, Bo

NO_SOFTPIN = (1 << 64) - 1  # what the driver says where the MMU is of the first kind
PREP_NOSYNC, WAIT_NONBLOCK = 4, 1
BO_FLAGS = uapi.BO_READ | uapi.BO_WRITE
SUBMIT_FLAGS = 0x1 | 0x2 | uapi.FENCE_FD_OUT | uapi.SOFTPIN
CACHE_MODES = (0x10000, uapi.WRITE_COMBINED, 0x40000)
SINCE_MINOR = {uapi.SOFTPIN_START: 3, uapi.PRODUCT_ID: 4, uapi.CUSTOMER_ID: 4, uapi.ECO_ID: 4}


class Etnaviv(Protocol):
    """The part of the kernel that the calls use."""

    driver: str
    minor: int
    softpin: bool
    now: int
    queue: Queue
    fences: dict[int, VirtualJob]

    def core(self, pipe: int) -> Mapping[int, int]: ...

    def fence(self, job: VirtualJob) -> int: ...

    def sync_file(self, job: VirtualJob) -> int: ...

    def wait(self, jobs: Sequence[VirtualJob], until: uapi.Timespec | None) -> None: ...


def version(kernel: Etnaviv, file: VirtualFile, asked: drm.Version) -> None:
    """The name is cut at the length that the caller gives; the true length comes back."""
    name = kernel.driver.encode()
    if asked.name:
        ctypes.memmove(asked.name, name, min(len(name), asked.name_len))
    asked.name_len = len(name)
    asked.version_major, asked.version_minor = 1, kernel.minor


def param(kernel: Etnaviv, file: VirtualFile, asked: uapi.Param) -> None:
    core = kernel.core(asked.pipe)
    if asked.param == uapi.SOFTPIN_START and kernel.minor >= SINCE_MINOR[asked.param]:
        asked.value = SOFTPIN_START if kernel.softpin else NO_SOFTPIN
        return
    if asked.param not in core or kernel.minor < SINCE_MINOR.get(asked.param, 0):
        raise refusal(errno.EINVAL, f"no param {asked.param:#x}")
    asked.value = core[asked.param]


def new(kernel: Etnaviv, file: VirtualFile, asked: uapi.GemNew) -> None:
    if asked.flags not in CACHE_MODES:
        raise refusal(errno.EINVAL, f"flags {asked.flags:#x}")
    asked.handle = file.space.create(asked.size).handle


def info(kernel: Etnaviv, file: VirtualFile, asked: uapi.GemInfo) -> None:
    if asked.pad:
        raise refusal(errno.EINVAL, "pad is not 0")
    asked.offset = file.space.find(asked.handle).offset


def prepare(kernel: Etnaviv, file: VirtualFile, asked: uapi.GemCpuPrep) -> None:
    """Wait for the buffer's jobs."""
    if asked.op & ~(uapi.PREP_READ | uapi.PREP_WRITE | PREP_NOSYNC):
        raise refusal(errno.EINVAL, f"op {asked.op:#x}")
    bo = file.space.find(asked.handle)
    jobs = [job for job in kernel.queue.jobs if bo in job.bos]
    kernel.wait(jobs, None if asked.op & PREP_NOSYNC else asked.timeout)


def finish(kernel: Etnaviv, file: VirtualFile, asked: uapi.GemCpuFini) -> None:
    if asked.flags:
        raise refusal(errno.EINVAL, "flags are not 0")
    file.space.find(asked.handle)


def close(kernel: Etnaviv, file: VirtualFile, asked: drm.GemClose) -> None:
    """A buffer in use stays until its job has ended: so that is run at once."""
    bo = file.space.find(asked.handle, errno.EINVAL)
    ends = [job.end for job in kernel.queue.jobs if bo in job.bos]
    kernel.queue.run_until(max(ends, default=0))
    file.space.close(asked.handle)


def submit(kernel: Etnaviv, file: VirtualFile, asked: uapi.GemSubmit) -> None:
    """Check, pin and queue."""
    kernel.core(asked.pipe)
    _check(kernel, asked)
    bos = _pinned(kernel, file, asked)
    data = ctypes.string_at(asked.stream, asked.stream_size)
    words: list[int] = np.frombuffer(data, "<u4").tolist()
    if why := complaint(words):
        kernel.queue.log.append(why)
        raise refusal(errno.EINVAL, why)
    job = VirtualJob(file.chip, words, bos, kernel.now)
    kernel.queue.add(job)
    asked.fence = kernel.fence(job)
    if asked.flags & uapi.FENCE_FD_OUT:
        asked.fence_fd = kernel.sync_file(job)


def _check(kernel: Etnaviv, asked: uapi.GemSubmit) -> None:
    wrong = {
        "the stream is no whole words": asked.stream_size % 4,
        "no such state": asked.exec_state > 2,
        "no such flags": asked.flags & ~SUBMIT_FLAGS,
        "softpin, but an MMU of the first kind": asked.flags & uapi.SOFTPIN and not kernel.softpin,
        "beyond the size limits": asked.stream_size > uapi.MOST_STREAM_BYTES,
        "softpin and relocations": asked.flags & uapi.SOFTPIN and asked.nr_relocs,
        "relocations, which this kernel has not": not asked.flags & uapi.SOFTPIN,
    }
    for why, here in wrong.items():
        if here:
            raise refusal(errno.EINVAL, why)


def _pinned(kernel: Etnaviv, file: VirtualFile, asked: uapi.GemSubmit) -> set[Bo]:
    listed: set[Bo] = set()
    busy = kernel.queue.busy()
    for entry in (uapi.SubmitBo * asked.nr_bos).from_address(asked.bos or 1):
        bo = file.space.find(entry.handle, errno.EINVAL)
        if entry.flags & ~BO_FLAGS:
            raise refusal(errno.EINVAL, f"flags {entry.flags:#x}")
        if entry.presumed < SOFTPIN_START:
            raise refusal(errno.EINVAL, f"the address {entry.presumed:#x}")
        if bo in listed:
            raise refusal(errno.EALREADY, "a handle twice")
        file.space.pin(bo, entry.presumed, busy | listed)
        listed.add(bo)
    return listed


def wait(kernel: Etnaviv, file: VirtualFile, asked: uapi.WaitFence) -> None:
    """An unknown fence counts as passed, as in the driver."""
    kernel.core(asked.pipe)
    if asked.flags & ~WAIT_NONBLOCK:
        raise refusal(errno.EINVAL, f"flags {asked.flags:#x}")
    job = kernel.fences.get(asked.fence)
    kernel.wait(
        [] if job is None else [job], None if asked.flags & WAIT_NONBLOCK else asked.timeout
    )


CALLS = {
    drm.VERSION: version,
    uapi.GET_PARAM: param,
    uapi.GEM_NEW: new,
    uapi.GEM_INFO: info,
    uapi.GEM_CPU_PREP: prepare,
    uapi.GEM_CPU_FINI: finish,
    drm.GEM_CLOSE: close,
    uapi.GEM_SUBMIT: submit,
    uapi.WAIT_FENCE: wait,
}
