# SPDX-License-Identifier: MIT
"""How the NPUs of this family are found and opened."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from npucore.errors import DeviceError
from npucore.family.device import Device
from npucore.family.machine import Found, Search
from npucore.hw.ioctl import Kernel
from npucore_vsim.chip import CHIPS, Chip
from npucore_vsim.drm.discover import NODES, PREFIX, RenderNode, look, nodes, paths
from npucore_vsim.settings import MOST_IN_FLIGHT


class VsimDriver:
    """Implements `npucore.family.machine.Driver`.

    A node of etnaviv is opened for a moment, since the driver alone knows which NPU it has.
    """

    chips: Mapping[str, Chip] = CHIPS
    about_simulator = "jobs, words and coefficients one by one"
    about_virtual = "the driver's calls over the simulator"

    def look(self, kernel: Kernel, chip: Chip | None) -> Search[Chip]:
        """Every render node."""
        seen = nodes(kernel, chip)
        return Search([found for node in seen if (found := _found(node))], _why_not(seen))

    def at(self, kernel: Kernel, path: str, chip: Chip | None) -> Found[Chip]:
        """Nothing but a render node is opened."""
        known, node_path = paths(kernel), os.path.realpath(path)
        if node_path not in known:
            there = ", ".join(known) or "there is none"
            raise DeviceError(f"{path} is no render node of this machine ({there})")
        node = look(kernel, node_path, chip)
        if (found := _found(node)) is None:
            raise DeviceError(f"{node.why}; see `npucore doctor`")
        return found

    def open(self, kernel: Kernel, found: Found[Chip]) -> Device[list[int]]:
        """A core of etnaviv."""
        from npucore_vsim.drm.device import EtnavivDevice  # only who runs needs it

        return EtnavivDevice(kernel, found.path, found.chip)

    def simulate(self, chip: Chip, decoded: Any = None) -> Device[list[int]]:
        """A simulated chip, which knows what is *decoded*."""
        from npucore_vsim.simulator import simulated

        return simulated(chip, decoded)

    def lanes(self, chip: Chip) -> int:
        """The driver queues jobs of several files; more than some only take memory."""
        return MOST_IN_FLIGHT

    def virtual(self, chip: Chip, clock: float) -> Kernel:
        """Etnaviv with a GPU and the NPU; its time is no model of the chip's."""
        from npucore_vsim.virtual import VirtualKernel  # for those who want it

        return VirtualKernel(chip)


def _found(node: RenderNode) -> Found[Chip] | None:
    if node.core is None or node.chip is None:
        return None
    about = f"{node.chip.name} as core {node.core.pipe}"
    driver = f", {node.chip.name} by etnaviv {node.version}"
    return Found(node.path, node.chip, about, MOST_IN_FLIGHT, driver)


def _why_not(seen: Sequence[RenderNode]) -> str:
    """The reason why each node cannot be used."""
    every = "; ".join(node.why for node in seen if node.why)
    return f"no board was found ({every or f'there is no {NODES}/{PREFIX}*'})"
