# SPDX-License-Identifier: MIT
"""What board and kernel are like where nobody knows; a test may have it otherwise."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from npucore_rocket.sim import Rounding
from npucore_rocket.stream import Words


class Driver(enum.Enum):
    """Drivers that are around, with their versions. Source: facts of 2026-11, B1 to B4."""

    MAINLINE = (0, 0, 0)  # arms the DPU's interrupts alone
    MASKED_TASKS = (0, 0, 0, "patched")  # takes an interrupt mask in a longer task, and no other
    BATCHING = (1, 3, 0)  # arms the PPU's interrupt for a flag of a job, and says what it refuses

    @property
    def version(self) -> tuple[int, int, int]:
        """The driver's answer to VERSION."""
        major, minor, patchlevel = self.value[:3]
        return major, minor, patchlevel


@dataclass(frozen=True, slots=True)
class Behaviour:
    """By default what the hardware reference takes for true.

    Parameters
    ----------
    driver
        Which of the drivers it is.
    rounding
        Of the output converter's shift.
    first_task_only
        Of a job's tasks only the first one runs (two users report that, Mesa relies on all).
    ppu_interrupt
        The end of a task in the PPU is noticed (the source says that it is not).
    hangs_at_zero
        Words at address 0 hang (seen on RK3576, not on RK3588).
    reads
        What this chip takes a task's words for, one after the other.
    caches
        The CPU and the NPU see each other's writes only after FINI_BO and PREP_BO.
    """

    driver: Driver = Driver.MAINLINE
    rounding: Rounding = Rounding.HALF_EVEN
    first_task_only: bool = False
    ppu_interrupt: bool = False
    hangs_at_zero: bool = False
    reads: tuple[Callable[[Words], Words], ...] = ()
    caches: bool = True

    def read(self, words: Words) -> Words:
        """*words* as this chip understands them."""
        for change in self.reads:
            words = change(words)
        return words
