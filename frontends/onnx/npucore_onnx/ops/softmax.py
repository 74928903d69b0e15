# SPDX-License-Identifier: MIT
"""Softmax."""

from __future__ import annotations

import math
from collections.abc import Callable

from npucore.ops import Softmax
from npucore.tensor import Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Order, Value, plain


def softmax(node: Node) -> Value:
    """Along one axis; before opset 13 over all axes from one on, as one."""
    return over_last(node, lambda x: node.emit(Softmax, input=x).tensor)


def over_last(node: Node, emit: Callable[[Tensor], Tensor]) -> Value:
    """Apply *emit*, which works on the last axis, to the node's axis or axes."""
    value = node.value(0)
    old = node.opset < 13
    axis = node.axis(node.integer("axis", 1 if old else -1), max(value.rank, 1))
    if value.rank == 0:
        node.unsupported(f"a {node.record.operator} of a scalar")
    if old and math.prod(value.shape[axis:]) != value.shape[axis]:
        tensor = node.tensor(0)
        rows = (math.prod(value.shape[:axis]), math.prod(value.shape[axis:]))
        flat = emit(node.assembly.reshaped(tensor, rows))
        return Value.of(node.assembly.reshaped(flat, value.shape))
    order = last(value, axis)
    return Value(emit(node.assembly.arranged(value, order)), order)


def last(value: Value, axis: int) -> Order:
    """An order in which *axis* comes last: the value's own, if it does."""
    if value.order[axis] == value.rank - 1:
        return value.order
    if axis == value.rank - 1:
        return plain(value.rank)
    others = [a for a in range(value.rank) if a != axis]
    places = {a: place for place, a in enumerate([*others, axis])}
    return tuple(places[a] for a in range(value.rank))


OPERATORS: Operators = {"Softmax": softmax}
