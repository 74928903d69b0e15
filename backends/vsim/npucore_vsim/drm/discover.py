# SPDX-License-Identifier: MIT
"""Which render nodes have an NPU that is known here, and why the others have none.

A node whose device says that another driver has it is left alone; one of etnaviv is opened for a
moment, since the driver alone knows the numbers of its cores. Nothing is allocated or run.
Source: /sys of Linux, and drivers/gpu/drm/etnaviv, read, not run on a board.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from npucore.errors import DeviceError
from npucore.hw.ioctl import Kernel
from npucore_vsim import uapi
from npucore_vsim.chip import Chip
from npucore_vsim.drm.cores import Core, find_core, first_address
from npucore_vsim.drm.file import OpenFile

NODES = "/dev/dri"
CLASS = "/sys/class/drm"
PREFIX = "renderD"


class Step(enum.Enum):
    """How far a look at a node has come."""

    FOREIGN = enum.auto()  # another driver has it
    CLOSED = enum.auto()  # it does not open
    UNSUITED = enum.auto()  # what is behind it cannot be used
    FOUND = enum.auto()


@dataclass(frozen=True, slots=True)
class RenderNode:
    """A render node. *core* is the NPU behind it; if it is None, *why* is a sentence about that.

    *version* is that of the driver of an NPU.
    """

    path: str
    step: Step
    core: Core | None = None
    why: str = ""
    version: str = ""

    @property
    def chip(self) -> Chip | None:
        """Which NPU it is."""
        return None if self.core is None else self.core.chip


def nodes(kernel: Kernel, chip: Chip | None = None) -> list[RenderNode]:
    """Every render node, looked at for *chip* or any NPU, in the order of their numbers."""
    return [look(kernel, path, chip) for path in paths(kernel)]


def paths(kernel: Kernel) -> list[str]:
    """Every render node's path, in the order of their numbers. Nothing is opened."""
    try:
        names = [name for name in kernel.listdir(NODES) if name.startswith(PREFIX)]
    except OSError:
        return []
    return [f"{NODES}/{name}" for name in sorted(names, key=_number)]


def look(kernel: Kernel, path: str, chip: Chip | None = None) -> RenderNode:
    """What is behind a node. Never raises."""
    driver = _driver(kernel, path)
    if driver not in ("", uapi.DRIVER):
        why = f"{path}: the driver is {driver!r}, wanted {uapi.DRIVER!r}"
        return RenderNode(path, Step.FOREIGN, why=why)
    try:
        file = OpenFile(kernel, path)
    except DeviceError as error:
        return RenderNode(path, Step.CLOSED, why=str(error))
    try:
        core = find_core(file, chip)
        first_address(file, core)
    except DeviceError as error:
        return RenderNode(path, Step.UNSUITED, why=str(error))
    finally:
        file.close()
    return RenderNode(path, Step.FOUND, core, version=".".join(map(str, file.version)))


def _driver(kernel: Kernel, path: str) -> str:
    """Whose node it is, as its device says; empty if that cannot be read."""
    try:
        event = kernel.read_text(f"{CLASS}/{path.rpartition('/')[2]}/device/uevent")
    except OSError:
        return ""
    lines = dict(line.split("=", 1) for line in event.splitlines() if "=" in line)
    return lines.get("DRIVER", "")


def _number(name: str) -> int:
    digits = name.removeprefix(PREFIX)
    return int(digits) if digits.isdecimal() else -1
