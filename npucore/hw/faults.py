# SPDX-License-Identifier: MIT
"""Faults on order, for virtual kernels: what goes wrong, where, and at which occasion."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Generic, TypeVar

Point = TypeVar("Point")
Effect = TypeVar("Effect")


@dataclass(slots=True)
class Fault(Generic[Point, Effect]):
    """*effect* at *point*, when it is reached for the *after*-th time from now on, from 0."""

    point: Point
    effect: Effect
    after: int = 0


class Faults(Generic[Point, Effect]):
    """Orders, each carried out once."""

    def __init__(self) -> None:
        self._waiting: list[Fault[Point, Effect]] = []
        self._lock = threading.Lock()
        self.done = 0

    @property
    def waiting(self) -> int:
        """How many are still to come."""
        return len(self._waiting)

    def order(self, *faults: Fault[Point, Effect]) -> None:
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
            here = [fault for fault in self._waiting if fault.point == point]
            due = next((fault for fault in here if fault.after == 0), None)
            for fault in here:
                fault.after -= 1
            if due is None:
                return None
            self._waiting.remove(due)
            self.done += 1
            return due.effect
