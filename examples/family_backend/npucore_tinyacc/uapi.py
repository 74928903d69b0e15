# SPDX-License-Identifier: MIT
"""The structs and requests of the invented driver, as its header would have them."""

from __future__ import annotations

import ctypes as c

from npucore.hw.ioctl import READ, WRITE, request

DRIVER = "tinyacc"


class New(c.Structure):
    """A zeroed buffer of *size* bytes: *address* is the NPU's, *offset* is for mmap."""

    _fields_ = (
        ("size", c.c_uint64),
        ("address", c.c_uint64),
        ("offset", c.c_uint64),
        ("handle", c.c_uint32),
        ("pad", c.c_uint32),
    )


class Task(c.Structure):
    """*writes* to registers, whose words lie at the NPU's *address*."""

    _fields_ = (("address", c.c_uint32), ("writes", c.c_uint32))


class Submit(c.Structure):
    """*count* tasks for one core, in order; *tasks* is a pointer to them, *fence* the answer."""

    _fields_ = (("tasks", c.c_uint64), ("count", c.c_uint32), ("fence", c.c_uint32))


class Wait(c.Structure):
    """Wait for a fence until *timeout_ns* of CLOCK_MONOTONIC; *ended* tasks have run to the end.

    The driver stops a task that hangs, and with it those behind.
    """

    _fields_ = (("timeout_ns", c.c_int64), ("fence", c.c_uint32), ("ended", c.c_uint32))


assert [c.sizeof(s) for s in (New, Task, Submit, Wait)] == [32, 8, 16, 16]

NEW = request(READ | WRITE, "d", 0x40, c.sizeof(New))
SUBMIT = request(READ | WRITE, "d", 0x41, c.sizeof(Submit))
WAIT = request(READ | WRITE, "d", 0x42, c.sizeof(Wait))
