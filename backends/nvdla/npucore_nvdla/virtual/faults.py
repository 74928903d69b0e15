# SPDX-License-Identifier: MIT
"""Faults on order: what goes wrong, where, and at which occasion."""

from __future__ import annotations

import enum

from npucore.hw import faults as hw


class Point(enum.StrEnum):
    """Where something may go wrong: every call, and the NPU itself."""

    OPEN = "open"
    LOCK = "lock"
    MMAP = "mmap"
    POLL = "poll"
    READ = "read"
    WRITE = "write"
    CLOCK = "clock"
    CLOSE = "close"
    TASK = "run one task"


class Effect(enum.StrEnum):
    """What goes wrong besides an errno: with the node, or with a task."""

    VANISHED = "the device vanishes"
    SILENT = "the bus answers no more, and every register reads all ones"
    HANG = "the task never ends"
    LOST = "the task ends, and its interrupt is lost"
    SPURIOUS = "an interrupt comes before the task has ended"


class Fault(hw.Fault[Point, int | Effect]):
    """An errno or an `Effect`, where and when."""


class Faults(hw.Faults[Point, int | Effect]):
    """Orders, each carried out once."""
