# SPDX-License-Identifier: MIT
"""How the NPUs of this family are found and opened: a node of theirs names driver and chip."""

from __future__ import annotations

from collections.abc import Mapping

from npucore.family.device import Device
from npucore.family.machine import Found, Search, found_at
from npucore.hw.ioctl import Kernel
from npucore.hw.system import listed, read
from npucore_tinyacc.chip import CHIPS, Chip
from npucore_tinyacc.stream import Run
from npucore_tinyacc.uapi import DRIVER

NODES, CLASS = "/dev/accel", "/sys/class/accel"


class TinyaccDriver:
    """Implements `npucore.family.machine.Driver`."""

    chips: Mapping[str, Chip] = CHIPS
    about_simulator = "register by register"
    about_virtual = "the driver's calls over the simulator, modelled time"

    def look(self, kernel: Kernel, chip: Chip | None) -> Search[Chip]:
        """Every node of this driver, by what /sys says of it."""
        found = [
            Found(f"{NODES}/{name}", here, f"a tinyacc {here.name}", here.cores)
            for name in sorted(listed(kernel, NODES))
            if (here := chip_of(kernel, name)) and chip in (None, here)
        ]
        wanted = "tinyacc" if chip is None else f"tinyacc {chip.name}"
        return Search(found, f"no board was found (no node of {NODES} is a {wanted})")

    def at(self, kernel: Kernel, path: str, chip: Chip | None) -> Found[Chip]:
        """Other nodes are not opened."""
        return found_at(self.look(kernel, chip), path)

    def open(self, kernel: Kernel, found: Found[Chip]) -> Device[Run]:
        """An open file."""
        from npucore_tinyacc.drm import DrmDevice, OpenFile  # only who runs needs it

        return DrmDevice(OpenFile(kernel, found.path))

    def simulate(self, chip: Chip) -> Device[Run]:
        """A simulated core."""
        from npucore.family.simulated import SimulatedDevice
        from npucore_tinyacc.sim import Core

        return SimulatedDevice(lambda memory: Core(chip, memory).run)

    def lanes(self, chip: Chip) -> int:
        """As many as there are cores."""
        return chip.cores

    def virtual(self, chip: Chip, clock: float) -> Kernel:
        """The driver, and a simulated NPU."""
        from npucore_tinyacc.virtual import VirtualKernel

        return VirtualKernel(chip, clock)


def chip_of(kernel: Kernel, name: str) -> Chip | None:
    """Which chip is behind a node; None if it is none of this driver."""
    event = (read(kernel, f"{CLASS}/{name}/device/uevent") or "").splitlines()
    if f"DRIVER={DRIVER}" not in event:
        return None
    return next((c for c in CHIPS.values() if f"OF_COMPATIBLE_0={c.compatible}" in event), None)
