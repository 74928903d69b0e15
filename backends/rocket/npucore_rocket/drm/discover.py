# SPDX-License-Identifier: MIT
"""Which nodes are NPUs of the family, and how many cores the driver has. Looks, opens nothing.

The driver registers one platform device ``rknn`` for the node, and binds one device for each core.
Source: drivers/accel/rocket/rocket_drv.c of Linux 6.18, read, not run; an open file is asked for
its driver's name all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from npucore.hw.ioctl import Kernel

NODES = "/dev/accel"
CLASS = "/sys/class/accel"
CORES = "/sys/bus/platform/drivers/rocket"
CORE = re.compile(r"[0-9a-f]+\.[\w-]+")  # as fdab0000.npu
OURS = ("rknn", "rocket")


@dataclass(frozen=True, slots=True)
class AccelNode:
    """A device that can be opened, and the cores behind it."""

    path: str
    cores: tuple[str, ...]


def nodes(kernel: Kernel) -> list[AccelNode]:
    """Every NPU of the rocket driver, in the order of their numbers."""
    cores = tuple(sorted(name for name in _listed(kernel, CORES) if CORE.fullmatch(name)))
    names = sorted((n for n in _listed(kernel, NODES) if n.startswith("accel")), key=_number)
    return [AccelNode(f"{NODES}/{name}", cores) for name in names if _is_ours(kernel, name)]


def _number(name: str) -> int:
    digits = name.removeprefix("accel")
    return int(digits) if digits.isdecimal() else -1


def _is_ours(kernel: Kernel, name: str) -> bool:
    try:
        event = kernel.read_text(f"{CLASS}/{name}/device/uevent")
    except OSError:
        return False
    return any(word in event for word in OURS)


def _listed(kernel: Kernel, path: str) -> list[str]:
    try:
        return kernel.listdir(path)
    except OSError:
        return []
