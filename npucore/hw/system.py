# SPDX-License-Identifier: MIT
"""Files of /proc and /sys that may not be there."""

from __future__ import annotations

from npucore.hw.ioctl import Kernel

CONTAINERS = ("/.dockerenv", "/run/.containerenv")
RELEASE = "/proc/sys/kernel/osrelease"
COMPATIBLE = "/proc/device-tree/compatible"


def read(kernel: Kernel, path: str) -> str | None:
    """A file's text; None if it cannot be read."""
    try:
        return kernel.read_text(path)
    except OSError:
        return None


def listed(kernel: Kernel, path: str) -> list[str]:
    """A folder's names; none if it cannot be read."""
    try:
        return kernel.listdir(path)
    except OSError:
        return []


def container(kernel: Kernel) -> str | None:
    """The file that says that this is a container, if there is one."""
    return next((path for path in CONTAINERS if read(kernel, path) is not None), None)


def board(kernel: Kernel) -> str:
    """The board's name and the kernel's release, as records call them."""
    return f"{_first(kernel, COMPATIBLE)} on {_first(kernel, RELEASE)}"


def _first(kernel: Kernel, path: str) -> str:
    return (read(kernel, path) or "").split("\0")[0].strip() or "unknown"
