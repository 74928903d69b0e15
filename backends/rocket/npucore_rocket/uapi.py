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

    *int_mask* is 0 for the DPU's interrupts. Source: facts of 2026-11, B2 (lkml 2602.2/00998).
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
assert c.sizeof(MaskedTask) == 16

DRM = "d"
CREATE_BO = request(READ | WRITE, DRM, 0x40, c.sizeof(CreateBo))
SUBMIT = request(WRITE, DRM, 0x41, c.sizeof(Submit))
PREP_BO = request(WRITE, DRM, 0x42, c.sizeof(PrepBo))
FINI_BO = request(WRITE, DRM, 0x43, c.sizeof(FiniBo))

DRIVER = "rocket"
PPU_DONE = 0xC00  # bits of `MaskedTask.int_mask`: both register groups of the PPU
JOB_TIMEOUT_NS = 500_000_000  # after which the driver resets the core (JOB_TIMEOUT_MS)
