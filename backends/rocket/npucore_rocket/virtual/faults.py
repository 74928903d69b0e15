# SPDX-License-Identifier: MIT
"""Faults on order: what goes wrong, where, and at which occasion."""

from __future__ import annotations

import enum

from npucore.hw import faults as hw


class Point(enum.StrEnum):
    """Where something may go wrong."""

    OPEN = "open"
    CREATE = "create"
    MMAP = "mmap"
    HAND_OVER = "hand over"
    SUBMIT = "submit"
    QUEUE = "queue one job"
    WAIT = "wait"
    JOB = "run one job"


class Effect(enum.StrEnum):
    """What goes wrong. The first ones are for calls, the others for jobs."""

    ENOMEM = "no memory"
    EINTR = "a signal"
    EIO = "an input or output error"
    EACCES = "no permission"
    VANISHED = "the device vanishes"
    HANG = "the core hangs"
    LOST_INTERRUPT = "the job ends, its interrupt is lost"
    PAGE_FAULT = "the IOMMU refuses an access"
    CORRUPTED_WORD = "a bit of the words in memory changes"
    DROPPED = "the driver drops the job and returns 0"


class Fault(hw.Fault[Point, Effect]):
    """What goes wrong, where and when."""


class Faults(hw.Faults[Point, Effect]):
    """Orders, each carried out once."""
