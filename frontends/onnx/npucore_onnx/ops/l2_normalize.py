# SPDX-License-Identifier: MIT
"""LpNormalization."""

from __future__ import annotations

from npucore.ops import Absolute, Div, L2Normalize, Maximum, ReduceSum
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.softmax import last
from npucore_onnx.value import Value

TINY = 1.1754943508222875e-38  # a vector of zeros stays one


def lp_normalization(node: Node) -> Value:
    """The op `l2_normalize`, or a division by the sum of absolute values."""
    value = node.value(0)
    axis = node.axis(node.integer("axis", -1), value.rank)
    order = last(value, axis)
    source = node.assembly.arranged(value, order)
    power = node.integer("p", 2)
    if power == 2:
        return node.emit(L2Normalize, order, input=source, epsilon=TINY)
    node.require(power == 1, f"a norm of order {power}")
    sizes = node.emit(Absolute, input=source).tensor
    axes = (len(source.shape) - 1,)
    total = node.emit(ReduceSum, input=sizes, axes=axes, keep_axes=True).tensor
    floor = node.emit(Maximum, a=total, b=node.number(TINY, total))
    (a, b), _ = node.alike(Value.of(source), floor)
    return node.emit(Div, order, a=a, b=b)


OPERATORS: Operators = {"LpNormalization": lp_normalization}
