# SPDX-License-Identifier: MIT
"""How the NPUs of this family are found and opened."""

from __future__ import annotations

from collections.abc import Mapping

from npucore.family.device import Device
from npucore.family.machine import Found, Search, found_at
from npucore.hw.ioctl import Kernel
from npucore.hw.system import COMPATIBLE, listed, read
from npucore_rocket.chip import CHIPS, Chip
from npucore_rocket.device import Job
from npucore_rocket.drm.discover import NODES, AccelNode, nodes


class RocketDriver:
    """Implements `npucore.family.machine.Driver`. Each open file keeps one core busy."""

    chips: Mapping[str, Chip] = CHIPS
    about_simulator = "register by register"
    about_virtual = "the driver's calls over the simulator, modelled time"

    def look(self, kernel: Kernel, chip: Chip | None) -> Search[Chip]:
        """The driver's nodes, if the machine's chip is the one that is wanted."""
        here, there = chip_of(kernel), nodes(kernel)
        if there and chip not in (None, here):
            return Search((), f"no {chip.name} was found (this machine's chip is {here.name})")
        return Search([_found(node, here) for node in there], _why_not(kernel))

    def at(self, kernel: Kernel, path: str, chip: Chip | None) -> Found[Chip]:
        """Nodes of other drivers are not opened."""
        return found_at(self.look(kernel, chip), path)

    def open(self, kernel: Kernel, found: Found[Chip]) -> Device[Job]:
        """An open file."""
        from npucore_rocket.drm.device import DrmDevice  # only who runs needs it

        return DrmDevice(kernel, found.path)

    def simulate(self, chip: Chip) -> Device[Job]:
        """A simulated core."""
        from npucore_rocket.device import simulated

        return simulated(chip)

    def lanes(self, chip: Chip) -> int:
        """As many as there are cores."""
        return chip.cores

    def virtual(self, chip: Chip, clock: float) -> Kernel:
        """Mainline's driver with all cores."""
        from npucore_rocket.virtual import VirtualKernel  # for those who want it

        return VirtualKernel(clock=clock, chip=chip)


def chip_of(kernel: Kernel) -> Chip:
    """The machine's chip by its device tree; where that does not say, the default."""
    names = (read(kernel, COMPATIBLE) or "").split("\0")
    default = next(iter(CHIPS.values()))
    return next((chip for chip in CHIPS.values() if chip.compatible in names), default)


def _found(node: AccelNode, chip: Chip) -> Found[Chip]:
    cores = len(node.cores) or 1
    return Found(node.path, chip, f"{cores} core(s)", cores)


def _why_not(kernel: Kernel) -> str:
    others = [name for name in listed(kernel, NODES) if name.startswith("accel")]
    if others:
        return f"no board was found ({NODES}/{others[0]} is no NPU of the rocket driver)"
    return f"no board was found (there is no {NODES}/accel*)"
