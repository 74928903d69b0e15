# SPDX-License-Identifier: MIT
"""Faults on order: what goes wrong, where, and at which occasion."""

from __future__ import annotations

import enum
import os
import threading
from dataclasses import dataclass


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


@dataclass(slots=True)
class Fault:
    """*effect*, an errno or an `Effect`, when *point* is reached for the *after*-th time from 0."""

    point: Point
    effect: int | Effect
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

    def at(self, point: Point) -> int | Effect | None:
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


def refusal(number: int, why: str = "") -> OSError:
    """An error as the kernel gives it."""
    return OSError(number, why or os.strerror(number))
