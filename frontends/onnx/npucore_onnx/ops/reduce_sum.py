# SPDX-License-Identifier: MIT
"""ReduceSum, and sums of absolute values and of squares."""

from __future__ import annotations

from npucore.ops import Absolute, Mul, ReduceSum, Sqrt
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.reduction import reduced
from npucore_onnx.value import Value


def reduce_sum(node: Node) -> Value:
    """Read the operator."""
    return reduced(node, ReduceSum, node.value(0), since=13)


def reduce_l1(node: Node) -> Value:
    """The sum of absolute values."""
    value = node.value(0)
    return reduced(node, ReduceSum, node.emit(Absolute, value.order, input=value.tensor))


def reduce_sum_square(node: Node) -> Value:
    """The sum of squares."""
    value = node.value(0)
    squares = node.emit(Mul, value.order, a=value.tensor, b=value.tensor)
    return reduced(node, ReduceSum, squares)


def reduce_l2(node: Node) -> Value:
    """The root of the sum of squares."""
    total = reduce_sum_square(node)
    return node.emit(Sqrt, total.order, input=total.tensor)


OPERATORS: Operators = {
    "ReduceL1": reduce_l1,
    "ReduceL2": reduce_l2,
    "ReduceSum": reduce_sum,
    "ReduceSumSquare": reduce_sum_square,
}
