# SPDX-License-Identifier: MIT
"""FLOOR_DIV."""

from __future__ import annotations

from npucore.ops import FloorDiv
from npucore_tflite.node import Node, Operators


def floor_div(node: Node) -> FloorDiv:
    """Read the operator; operands of other shapes are broadcast."""
    a, b = node.alike(node.input(0), node.input(1))
    return node.make(
        FloorDiv,
        a=a,
        b=b,
    )


OPERATORS: Operators = {"FLOOR_DIV": floor_div}
