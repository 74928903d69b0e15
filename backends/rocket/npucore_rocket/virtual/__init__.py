# SPDX-License-Identifier: MIT
"""A kernel as mainline's is, struct by struct and quirk by quirk, over the register simulator.

Source of its behaviour: rocket hardware reference, section 3 (drivers/accel/rocket of Linux 6.18
and drm/scheduler, read). It shares `uapi`, `registers` and `stream` with the compiler, no more.
"""

from npucore_rocket.virtual.behaviour import Behaviour, Driver
from npucore_rocket.virtual.faults import Effect, Fault, Faults, Point
from npucore_rocket.virtual.kernel import VirtualKernel

__all__ = ["Behaviour", "Driver", "Effect", "Fault", "Faults", "Point", "VirtualKernel"]
