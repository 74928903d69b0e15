# SPDX-License-Identifier: MIT
"""The structs and requests of the driver, as ``include/uapi/drm/rocket_accel.h`` of Linux 6.18.

All fields lie where C would have them, without hidden padding. Source: the header, and the offsets
that a C compiler gave for it; the pre-merge header of 2024 has others.
"""

from __future__ import annotations

import ctypes as c

from npucore.hw.ioctl import READ, WRITE, request


class CreateBo(c.Structure):
    """A buffer: *dma_address* is the NPU's, *offset* is for mmap."""

    _fields_ = (
        ("size", c.c_uint32),
        ("handle", c.c_uint32),
        ("dma_address", c.c_uint64),
        ("offset", c.c_uint64),
    )


class PrepBo(c.Structure):
    """Wait for a buffer's writer until *timeout_ns* of CLOCK_MONOTONIC; 0 polls."""

    _fields_ = (
        ("handle", c.c_uint32),
        ("reserved", c.c_uint32),
        ("timeout_ns", c.c_int64),
    )


class FiniBo(c.Structure):
    """Hand a buffer over to the NPU."""

    _fields_ = (("handle", c.c_uint32), ("reserved", c.c_uint32))


class Task(c.Structure):
    """*regcmd_count* words, the tail among them, at the NPU's address *regcmd*."""

    _fields_ = (("regcmd", c.c_uint32), ("regcmd_count", c.c_uint32))


class MaskedTask(c.Structure):
    """`Task` with what its end is told by, as a patch that mainline has not taken has it.

    *int_mask* is 0 for the DPU's interrupts, *flags* has `NO_CNA_CORE`. Mainline takes it for a
    `Task`, since it reads of each as much as it knows; the patched driver takes nothing shorter.
    Neither says so: both drop what is too short and return 0. Source: facts of 2026-11, B2 (lkml
    2602.2/00998), and mainline's rocket_job.c, read.
    """

    _fields_ = (*Task._fields_, ("int_mask", c.c_uint32), ("flags", c.c_uint32))


class Job(c.Structure):
    """Tasks for one core; the pointers are to arrays of `Task` and of handles."""

    _fields_ = (
        ("tasks", c.c_uint64),
        ("in_bo_handles", c.c_uint64),
        ("out_bo_handles", c.c_uint64),
        ("task_count", c.c_uint32),
        ("task_struct_size", c.c_uint32),
        ("in_bo_handle_count", c.c_uint32),
        ("out_bo_handle_count", c.c_uint32),
    )


class FlaggedJob(c.Structure):
    """`Job` with *flags*, as another author's driver has it from its version 1.1 on.

    It refuses flags that it does not know. Source: facts of 2026-11, B3, and that author's
    userspace, read: the field is right behind mainline's.
    """

    _fields_ = (*Job._fields_, ("flags", c.c_uint32), ("reserved", c.c_uint32))


class Submit(c.Structure):
    """*jobs* is a pointer to an array of `Job`."""

    _fields_ = (
        ("jobs", c.c_uint64),
        ("job_count", c.c_uint32),
        ("job_struct_size", c.c_uint32),
        ("reserved", c.c_uint64),
    )


assert (c.sizeof(CreateBo), c.sizeof(PrepBo), c.sizeof(FiniBo)) == (24, 16, 8)
assert (c.sizeof(Task), c.sizeof(Job), c.sizeof(Submit)) == (8, 40, 24)
assert (c.sizeof(MaskedTask), c.sizeof(FlaggedJob)) == (16, 48)

DRM = "d"
CREATE_BO = request(READ | WRITE, DRM, 0x40, c.sizeof(CreateBo))
SUBMIT = request(WRITE, DRM, 0x41, c.sizeof(Submit))
PREP_BO = request(WRITE, DRM, 0x42, c.sizeof(PrepBo))
FINI_BO = request(WRITE, DRM, 0x43, c.sizeof(FiniBo))

DRIVER = "rocket"
DPU_DONE, PPU_DONE = 0x300, 0xC00  # bits of `MaskedTask.int_mask`: a block's two register groups
NO_CNA_CORE = 1  # of `MaskedTask.flags`: these blocks' pointers are not set before the task
JOB_PPU_DONE = 4  # of `FlaggedJob.flags`: the PPU's end is the job's
FLAGGED_JOBS = (1, 3, 0)  # the first version of a driver that knows `JOB_PPU_DONE`
JOB_TIMEOUT_NS = 500_000_000  # after which the driver resets the core (JOB_TIMEOUT_MS)
