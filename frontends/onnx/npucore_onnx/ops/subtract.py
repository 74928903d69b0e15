# SPDX-License-Identifier: MIT
"""Sub, and Neg."""

from __future__ import annotations

from npucore.ops import Subtract
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def subtract(node: Node) -> Value:
    """Subtraction; operands are broadcast."""
    (a, b), order = node.alike(node.value(0), node.value(1))
    return node.emit(Subtract, order, a=a, b=b)


def negative(node: Node) -> Value:
    """0 minus the operand."""
    return negated(node, node.value(0))


def negated(node: Node, value: Value) -> Value:
    """0 minus *value*."""
    tensor = value.tensor
    return node.emit(Subtract, value.order, dtype=value.dtype, a=node.number(0, tensor), b=tensor)


OPERATORS: Operators = {
    "Neg": negative,
    "Sub": subtract,
}
