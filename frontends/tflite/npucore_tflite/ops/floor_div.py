# SPDX-License-Identifier: MIT
"""FLOOR_DIV."""

from __future__ import annotations

from npucore.ops import FloorDiv
from npucore_tflite.node import Node


def floor_div(node: Node) -> FloorDiv:
    """Read the operator; operands of other shapes are broadcast."""
    return FloorDiv(
        a=node.broadcast(node.input(0), node.output.shape),
        b=node.broadcast(node.input(1), node.output.shape),
        output=node.output,
    )
