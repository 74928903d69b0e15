# SPDX-License-Identifier: MIT
"""Faults on order: what goes wrong, where, and at which occasion."""

from __future__ import annotations

import enum

from npucore.hw import faults as hw


class Point(enum.StrEnum):
    """Where something may go wrong: every call, and the NPU itself."""

    OPEN = "open"
    VERSION = "VERSION"
    GET_PARAM = "GET_PARAM"
    GEM_NEW = "GEM_NEW"
    GEM_INFO = "GEM_INFO"
    MMAP = "mmap"
    CPU_PREP = "GEM_CPU_PREP"
    CPU_FINI = "GEM_CPU_FINI"
    SUBMIT = "GEM_SUBMIT"
    WAIT_FENCE = "WAIT_FENCE"
    FILE_INFO = "SYNC_IOC_FILE_INFO"
    GEM_CLOSE = "GEM_CLOSE"
    CLOSE = "close"
    CLOCK = "clock"
    JOB = "run one job"


class Effect(enum.StrEnum):
    """What goes wrong besides an errno: with the device, or with a job."""

    VANISHED = "the device vanishes"
    HANG = "the NPU hangs at once, and the driver resets it"
    HALF = "the NPU hangs half way, and the driver resets it"
    DROPPED = "the driver cannot start the job, and says that it has ended"
    UNFINISHED = "the fence comes, and the last part has not run"
    BUSY = "somebody else keeps the NPU busy for ten seconds"


class Fault(hw.Fault[Point, int | Effect]):
    """An errno or an `Effect`, where and when."""


class Faults(hw.Faults[Point, int | Effect]):
    """Orders, each carried out once."""
