# SPDX-License-Identifier: MIT
"""The devices of this family, which are simulators: found by name and opened."""

from __future__ import annotations

from collections.abc import Mapping

from npucore.errors import DeviceError
from npucore.family.device import Device
from npucore.family.machine import Found, Search, found_at
from npucore.hw.ioctl import Kernel
from npucore_nvdla.chip import CHIPS, Chip
from npucore_nvdla.settings import MOST_IN_FLIGHT
from npucore_nvdla.stream import Run

WHY_NOT = "npucore drives no NVDLA board yet"


class NvdlaDriver:
    """Implements `npucore.family.machine.Driver`."""

    chips: Mapping[str, Chip] = CHIPS
    about_simulator = "register by register"
    about_virtual = "not there: npucore knows no driver of NVDLA"

    def look(self, kernel: Kernel, chip: Chip | None) -> Search[Chip]:
        """Nothing is found."""
        return Search((), WHY_NOT)

    def at(self, kernel: Kernel, path: str, chip: Chip | None) -> Found[Chip]:
        """No node is opened."""
        return found_at(self.look(kernel, chip), path)

    def open(self, kernel: Kernel, found: Found[Chip]) -> Device[Run]:
        """Raises `DeviceError`."""
        raise DeviceError(WHY_NOT)

    def simulate(self, chip: Chip) -> Device[Run]:
        """A simulated chip."""
        from npucore.family.simulated import SimulatedDevice
        from npucore_nvdla.sim.device import Nvdla

        return SimulatedDevice(lambda memory: Nvdla(chip, memory).run)

    def lanes(self, chip: Chip) -> int:
        """As many simulators as the user wants."""
        return MOST_IN_FLIGHT

    def virtual(self, chip: Chip, clock: float) -> Kernel:
        """Raises `DeviceError`."""
        raise DeviceError(f"device=virtual: {WHY_NOT}")
