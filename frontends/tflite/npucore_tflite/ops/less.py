# SPDX-License-Identifier: MIT
"""LESS and GREATER."""

from __future__ import annotations

from npucore.ops import Less
from npucore_tflite.node import Node, Operators


def less(node: Node) -> Less:
    """LESS; operands are broadcast."""
    a, b = node.alike(node.input(0), node.input(1))
    return node.make(Less, a=a, b=b)


def greater(node: Node) -> Less:
    """GREATER is LESS, the operands exchanged."""
    a, b = node.alike(node.input(0), node.input(1))
    return node.make(Less, a=b, b=a)


OPERATORS: Operators = {
    "GREATER": greater,
    "LESS": less,
}
