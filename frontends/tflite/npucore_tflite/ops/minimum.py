# SPDX-License-Identifier: MIT
"""MINIMUM."""

from __future__ import annotations

from npucore.ops import Minimum
from npucore_tflite.node import Node


def minimum(node: Node) -> Minimum:
    """Read the operator; operands of other shapes are broadcast."""
    return Minimum(
        a=node.broadcast(node.input(0), node.output.shape),
        b=node.broadcast(node.input(1), node.output.shape),
        output=node.output,
    )
