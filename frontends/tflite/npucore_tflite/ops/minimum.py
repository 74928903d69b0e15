# SPDX-License-Identifier: MIT
"""MINIMUM."""

from __future__ import annotations

from npucore.ops import Minimum
from npucore_tflite.node import Node, Operators


def minimum(node: Node) -> Minimum:
    """Read the operator; operands of other shapes are broadcast."""
    a, b = node.alike(node.input(0), node.input(1))
    return node.make(
        Minimum,
        a=a,
        b=b,
    )


OPERATORS: Operators = {
    "MINIMUM": minimum,
    "STABLEHLO_MINIMUM": minimum,
}
