# SPDX-License-Identifier: MIT
"""Faults on order: what goes wrong, where, and at which occasion."""

from __future__ import annotations

import enum
import threading
from dataclasses import dataclass


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


@dataclass(slots=True)
class Fault:
    """*effect* at *point*, when it is reached for the *after*-th time from now on, from 0."""

    point: Point
    effect: Effect
    after: int = 0


class Faults:
    """Orders, each carried out once."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()
        self.done = 0

    @property
    def waiting(self) -> int:
        """How many are still to come."""
        return len(self._waiting)

    def order(self, *faults: Fault) -> None:
        """Let these happen."""
        with self._lock:
            self._waiting.extend(faults)

    def clear(self) -> None:
        """Let nothing more happen."""
        with self._lock:
            self._waiting.clear()

    def at(self, point: Point) -> Effect | None:
        """Somebody is at *point*: what happens, if anything does."""
        if not self._waiting:
            return None
        with self._lock:
            here = [fault for fault in self._waiting if fault.point is point]
            due = next((fault for fault in here if fault.after == 0), None)
            for fault in here:
                fault.after -= 1
            if due is None:
                return None
            self._waiting.remove(due)
            self.done += 1
            return due.effect
