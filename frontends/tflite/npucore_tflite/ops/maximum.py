# SPDX-License-Identifier: MIT
"""MAXIMUM."""

from __future__ import annotations

from npucore.ops import Maximum
from npucore_tflite.node import Node


def maximum(node: Node) -> Maximum:
    """Read the operator; operands of other shapes are broadcast."""
    return Maximum(
        a=node.broadcast(node.input(0), node.output.shape),
        b=node.broadcast(node.input(1), node.output.shape),
        output=node.output,
    )
