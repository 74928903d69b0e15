# SPDX-License-Identifier: MIT
"""MAXIMUM."""

from __future__ import annotations

from npucore.ops import Maximum
from npucore_tflite.node import Node, Operators


def maximum(node: Node) -> Maximum:
    """Read the operator; operands of other shapes are broadcast."""
    a, b = node.alike(node.input(0), node.input(1))
    return node.make(
        Maximum,
        a=a,
        b=b,
    )


OPERATORS: Operators = {
    "MAXIMUM": maximum,
    "STABLEHLO_MAXIMUM": maximum,
}
