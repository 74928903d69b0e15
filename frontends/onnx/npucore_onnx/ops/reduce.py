# SPDX-License-Identifier: MIT
"""Reductions: ReduceMean, ReduceSum, ReduceMax, ReduceMin and what they make up."""

from __future__ import annotations

from npucore.ops import Absolute, Mean, Mul, Op, ReduceMax, ReduceSum, Sqrt
from npucore_onnx.node import Node
from npucore_onnx.ops.subtract import negated
from npucore_onnx.value import Order, Value

AXES_ARE_AN_OPERAND = 18  # since this opset; of ReduceSum since 13


def mean(node: Node) -> Value:
    """ReduceMean."""
    return reduced(node, Mean, node.value(0))


def reduce_sum(node: Node) -> Value:
    """ReduceSum."""
    return reduced(node, ReduceSum, node.value(0), since=13)


def reduce_max(node: Node) -> Value:
    """ReduceMax."""
    return reduced(node, ReduceMax, node.value(0))


def reduce_min(node: Node) -> Value:
    """The maximum of the negated operand, negated."""
    return negated(node, reduced(node, ReduceMax, negated(node, node.value(0))))


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


def reduced(node: Node, kind: type[Op], value: Value, since: int = AXES_ARE_AN_OPERAND) -> Value:
    """*value* reduced by an op of *kind* over the node's axes."""
    axes = node.integers_of("axes", 1, since)
    if not axes and node.integer("noop_with_empty_axes", 0):
        return value
    chosen = node.axes(axes, value.rank) if axes else tuple(range(value.rank))
    keep = bool(node.integer("keepdims", 1))
    places = tuple(sorted(value.order[axis] for axis in chosen))
    if not places:
        return value
    order = value.order if keep else _left(value, chosen)
    return node.emit(kind, order, input=value.tensor, axes=places, keep_axes=keep)


def _left(value: Value, chosen: tuple[int, ...]) -> Order:
    """The order of the axes that are left."""
    places = [value.order[axis] for axis in range(value.rank) if axis not in chosen]
    return tuple(sorted(places).index(place) for place in places)
