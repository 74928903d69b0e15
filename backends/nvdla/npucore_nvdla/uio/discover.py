# SPDX-License-Identifier: MIT
"""The configurations behind nodes, which are opened for a moment to read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from npucore.errors import DeviceError
from npucore.hw.ioctl import Kernel
from npucore.hw.uio import CALLS, UioKernel, UioNode
from npucore_nvdla.chip import CHIPS, Chip
from npucore_nvdla.uio.host import identify
from npucore_nvdla.uio.open_node import OpenNode


@dataclass(frozen=True, slots=True)
class NvdlaNode:
    """A node, and the configuration behind it, or why it cannot be used."""

    node: UioNode
    chip: Chip | None
    why: str = ""


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
