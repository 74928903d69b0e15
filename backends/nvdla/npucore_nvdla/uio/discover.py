# SPDX-License-Identifier: MIT
"""Which nodes of userspace I/O are NVDLAs, and which configurations they are.

A node counts if its name has *nvdla* in it, as the name of a device tree's node would; one whose
path the user gives may have any name. It is opened for a moment to read its configuration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from npucore.errors import DeviceError
from npucore.hw.ioctl import Kernel
from npucore.hw.uio import CALLS, CLASS, UioKernel, UioNode, nodes
from npucore_nvdla.chip import CHIPS, Chip
from npucore_nvdla.uio.host import identify
from npucore_nvdla.uio.open_node import OpenNode

NAME = "nvdla"


@dataclass(frozen=True, slots=True)
class NvdlaNode:
    """A node, and the configuration behind it, or why it cannot be used."""

    node: UioNode
    chip: Chip | None
    why: str = ""


def look(kernel: Kernel, wanted: Chip | None) -> list[NvdlaNode]:
    """Every node of that name. Never raises."""
    return [look_at(kernel, node, wanted) for node in nodes(kernel) if NAME in node.name.casefold()]


def look_at(kernel: Kernel, node: UioNode, wanted: Chip | None) -> NvdlaNode:
    """One node. Never raises."""
    if not can(kernel):
        return NvdlaNode(node, None, f"{node.path}: this kernel shows no registers")
    try:
        opened = OpenNode(kernel, node.path, share=True)
        try:
            return NvdlaNode(node, identify(opened, CHIPS.values(), wanted))
        finally:
            opened.close()
    except DeviceError as error:
        return NvdlaNode(node, None, str(error))


def can(kernel: Kernel) -> TypeGuard[UioKernel]:
    """Whether a kernel has the calls of userspace I/O."""
    return all(callable(getattr(kernel, call, None)) for call in CALLS)


def why_not(seen: list[NvdlaNode]) -> str:
    """The reason why each node cannot be used, as a clause."""
    every = "; ".join(node.why for node in seen if node.why)
    return f"no board was found ({every or f'no node of {CLASS} is named {NAME}'})"
