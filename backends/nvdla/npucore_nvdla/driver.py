# SPDX-License-Identifier: MIT
"""How the NPUs of this family are found and opened: nodes of Linux's userspace I/O."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from npucore.errors import DeviceError
from npucore.family.device import Device
from npucore.family.machine import Found, Search
from npucore.hw.ioctl import Kernel
from npucore.hw.uio import nodes
from npucore_nvdla.chip import CHIPS, Chip
from npucore_nvdla.settings import MOST_IN_FLIGHT
from npucore_nvdla.uio import named, why_not

# A machine without such a node, as most are, is seen to have none without any register.
if TYPE_CHECKING:
    from npucore_nvdla.stream import Run
    from npucore_nvdla.uio.discover import NvdlaNode


class NvdlaDriver:
    """Implements `npucore.family.machine.Driver`."""

    chips: Mapping[str, Chip] = CHIPS
    about_simulator = "register by register"
    about_virtual = "userspace I/O over the simulator, at modelled speed"

    def look(self, kernel: Kernel, chip: Chip | None) -> Search[Chip]:
        """Nodes whose name has *nvdla* in it."""
        if not (there := named(kernel)):
            return Search((), why_not(()))
        from npucore_nvdla.uio.discover import look_at

        seen = [look_at(kernel, node, chip) for node in there]
        found = [each for node in seen if (each := _found(node))]
        return Search(found, why_not([node.why for node in seen]))

    def at(self, kernel: Kernel, path: str, chip: Chip | None) -> Found[Chip]:
        """A node of userspace I/O, whatever its name; nothing else is opened."""
        from npucore_nvdla.uio.discover import look_at

        known = {node.path: node for node in nodes(kernel)}
        if (node := known.get(os.path.realpath(path))) is None:
            there = ", ".join(known) or "there is none"
            raise DeviceError(f"{path} is no node of userspace I/O ({there})")
        seen = look_at(kernel, node, chip)
        if (found := _found(seen)) is None:
            raise DeviceError(f"{seen.why}; see `npucore doctor`")
        return found

    def open(self, kernel: Kernel, found: Found[Chip]) -> Device[Run]:
        """Registers, memory and the interrupt."""
        from npucore_nvdla.uio.device import UioDevice  # only who runs needs it
        from npucore_nvdla.uio.discover import can

        if not can(kernel):
            raise DeviceError(f"{found.path}: this kernel shows no registers")
        return UioDevice(kernel, found.path, found.chip)

    def simulate(self, chip: Chip) -> Device[Run]:
        """A simulated chip."""
        from npucore.family.simulated import SimulatedDevice
        from npucore_nvdla.sim.device import Nvdla

        return SimulatedDevice(lambda memory: Nvdla(chip, memory).run)

    def lanes(self, chip: Chip) -> int:
        """As many simulators as the user wants."""
        return MOST_IN_FLIGHT

    def virtual(self, chip: Chip, clock: float) -> Kernel:
        """Userspace I/O with one NVDLA, whose time is modelled."""
        from npucore_nvdla.virtual import VirtualKernel  # for those who want it

        return VirtualKernel(chip, clock=clock)


def _found(seen: NvdlaNode) -> Found[Chip] | None:
    """Several inferences have buffers of their own, and take turns."""
    if seen.chip is None:
        return None
    about = f"nvdla:{seen.chip.name}"
    return Found(seen.node.path, seen.chip, about, MOST_IN_FLIGHT, f", {about} by userspace I/O")
