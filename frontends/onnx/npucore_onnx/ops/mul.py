# SPDX-License-Identifier: MIT
"""Mul."""

from __future__ import annotations

from npucore.ops import Mul
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def mul(node: Node) -> Value:
    """Multiplication; operands are broadcast."""
    (a, b), order = node.alike(node.value(0), node.value(1))
    return node.emit(Mul, order, a=a, b=b)


def scaled(node: Node, value: Value, factor: float) -> Value:
    """*value* times a number."""
    if factor == 1:
        return value
    tensor = value.tensor
    return node.emit(Mul, value.order, a=tensor, b=node.number(factor, tensor))


OPERATORS: Operators = {"Mul": mul}
