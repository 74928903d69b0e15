# SPDX-License-Identifier: MIT
"""The chips of the family and their kernel; every other room takes their abilities from here."""

from __future__ import annotations

from dataclasses import dataclass

from npucore_rocket.chip.kind import Chip, Halves
from npucore_rocket.chip.rk3568 import RK3568
from npucore_rocket.chip.rk3588 import RK3588

__all__ = [
    "CHIPS",
    "CORE_CLOCK",
    "FLAGGED",
    "MAINLINE",
    "MAINLINE_CLOCK",
    "MASKED",
    "RK3568",
    "RK3588",
    "Chip",
    "Halves",
    "Kernel",
]

CORE_CLOCK, MAINLINE_CLOCK = 1e9, 2e8  # Hz: vendors'; mainline's device tree, facts 2026-11, A12


@dataclass(frozen=True, slots=True)
class Kernel:
    """What a kernel's driver lets the chip do.

    Parameters
    ----------
    ppu_interrupt
        Whether the end of a job that ends in the PPU is noticed; if not, it times out.
    """

    name: str
    ppu_interrupt: bool


MAINLINE = Kernel(name="mainline", ppu_interrupt=False)
"""Source: drivers/accel/rocket/rocket_job.c, Linux 6.18: only the DPU's interrupts are unmasked."""
MASKED = Kernel(name="mainline with a mask for each task", ppu_interrupt=True)
FLAGGED = Kernel(name="rocket 1.3 or later", ppu_interrupt=True)
"""Source of both: facts of 2026-11, B2 and B3."""

CHIPS = {chip.name: chip for chip in (RK3588, RK3568)}
