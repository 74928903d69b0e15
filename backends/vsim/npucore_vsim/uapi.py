# SPDX-License-Identifier: MIT
"""The structs and requests of the etnaviv driver, as ``include/uapi/drm/etnaviv_drm.h``.

All fields lie where C would have them. Source: the header, and the offsets that a C compiler gave;
``include/uapi/linux/sync_file.h`` for `FileInfo`.
"""

from __future__ import annotations

import ctypes as c

from npucore.hw.ioctl import READ, WRITE, request

DRIVER = "etnaviv"
MODEL, REVISION, SOFTPIN_START = 0x01, 0x02, 0x1B
PRODUCT_ID, CUSTOMER_ID, ECO_ID = 0x1C, 0x1D, 0x1E
WRITE_COMBINED = 0x00020000
PREP_READ, PREP_WRITE = 1, 2
BO_READ, BO_WRITE = 1, 2
PIPE_3D = 0
FENCE_FD_OUT, SOFTPIN = 0x0004, 0x0008
MAX_PIPES = 4
IDENTITY_MINOR = 4  # of DRM's version 1, which tells product, customer and eco
MOST_STREAM_BYTES = 128 * 1024  # of one submit. Source: etnaviv_gem_submit.c, "size limits"


class Timespec(c.Structure):
    """CLOCK_MONOTONIC, absolute."""

    _fields_ = (("seconds", c.c_int64), ("nanoseconds", c.c_int64))


class Param(c.Structure):
    """A fact about a core; *pipe* counts the cores of the file."""

    _fields_ = (("pipe", c.c_uint32), ("param", c.c_uint32), ("value", c.c_uint64))


class GemNew(c.Structure):
    """A buffer."""

    _fields_ = (("size", c.c_uint64), ("flags", c.c_uint32), ("handle", c.c_uint32))


class GemInfo(c.Structure):
    """Where mmap finds a buffer."""

    _fields_ = (("handle", c.c_uint32), ("pad", c.c_uint32), ("offset", c.c_uint64))


class GemCpuPrep(c.Structure):
    """Wait until the CPU may use a buffer."""

    _fields_ = (("handle", c.c_uint32), ("op", c.c_uint32), ("timeout", Timespec))


class GemCpuFini(c.Structure):
    """Hand a buffer back to the NPU."""

    _fields_ = (("handle", c.c_uint32), ("flags", c.c_uint32))


class SubmitBo(c.Structure):
    """A buffer that a stream uses, and with softpin the address that the program has chosen."""

    _fields_ = (("flags", c.c_uint32), ("handle", c.c_uint32), ("presumed", c.c_uint64))


class GemSubmit(c.Structure):
    """A command stream of *stream_size* bytes for one core; the answer is its fence."""

    _fields_ = (
        ("fence", c.c_uint32),
        ("pipe", c.c_uint32),
        ("exec_state", c.c_uint32),
        ("nr_bos", c.c_uint32),
        ("nr_relocs", c.c_uint32),
        ("stream_size", c.c_uint32),
        ("bos", c.c_uint64),
        ("relocs", c.c_uint64),
        ("stream", c.c_uint64),
        ("flags", c.c_uint32),
        ("fence_fd", c.c_int32),
        ("pmrs", c.c_uint64),
        ("nr_pmrs", c.c_uint32),
        ("pad", c.c_uint32),
    )


class WaitFence(c.Structure):
    """Wait for a submit."""

    _fields_ = (
        ("pipe", c.c_uint32),
        ("fence", c.c_uint32),
        ("flags", c.c_uint32),
        ("pad", c.c_uint32),
        ("timeout", Timespec),
    )


class FileInfo(c.Structure):
    """``struct sync_file_info``. *status* is 1 for a job that ended, 0 for one that runs, or why.

    With *num_fences* 0 the kernel fills in the status alone. Source: drivers/dma-buf/sync_file.c.
    """

    _fields_ = (
        ("name", c.c_char * 32),
        ("status", c.c_int32),
        ("flags", c.c_uint32),
        ("num_fences", c.c_uint32),
        ("pad", c.c_uint32),
        ("sync_fence_info", c.c_uint64),
    )


def _request(direction: int, number: int, kind: type[c.Structure]) -> int:
    return request(direction, "d", number, c.sizeof(kind))


GET_PARAM = _request(READ | WRITE, 0x40, Param)
GEM_NEW = _request(READ | WRITE, 0x42, GemNew)
GEM_INFO = _request(READ | WRITE, 0x43, GemInfo)
GEM_CPU_PREP = _request(WRITE, 0x44, GemCpuPrep)
GEM_CPU_FINI = _request(WRITE, 0x45, GemCpuFini)
GEM_SUBMIT = _request(READ | WRITE, 0x46, GemSubmit)
WAIT_FENCE = _request(WRITE, 0x47, WaitFence)
FILE_INFO = request(READ | WRITE, ">", 4, c.sizeof(FileInfo))
