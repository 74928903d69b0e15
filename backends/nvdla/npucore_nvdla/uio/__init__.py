# SPDX-License-Identifier: MIT
"""NVDLA on a board, through a node of Linux's userspace I/O that shows its registers and memory.

A node counts if its name has *nvdla* in it, as the name of a device tree's node would; one whose
path the user gives may have any name.
"""

from collections.abc import Sequence

from npucore.hw.ioctl import Kernel
from npucore.hw.uio import CLASS, UioNode, nodes

NAME = "nvdla"


def named(kernel: Kernel) -> list[UioNode]:
    """The nodes of that name; none is opened."""
    return [node for node in nodes(kernel) if NAME in node.name.casefold()]


def why_not(reasons: Sequence[str]) -> str:
    """The reason why each of them cannot be used, as a clause."""
    every = "; ".join(why for why in reasons if why)
    return f"no board was found ({every or f'no node of {CLASS} is named {NAME}'})"
