# SPDX-License-Identifier: MIT
"""ArgMax, and ArgMin."""

from __future__ import annotations

import numpy as np

from npucore.ops import Argmax, StridedSlice, Subtract
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.subtract import negated
from npucore_onnx.value import Value, plain

INT64 = np.dtype(np.int64)


def argmax(node: Node) -> Value:
    """Read the operator."""
    return _largest(node, node.value(0))


def argmin(node: Node) -> Value:
    """The place of the largest negated value."""
    if node.value(0).dtype.kind != "f":
        node.unsupported(f"the least of {node.value(0).dtype}")
    return _largest(node, negated(node, node.value(0)))


def _largest(node: Node, value: Value) -> Value:
    """The first of equals, or the last: then the axis is read backwards."""
    source = node.assembly.arranged(value, plain(value.rank))
    axis = node.axis(node.integer("axis", 0), value.rank)
    backwards = bool(node.integer("select_last_index", 0))
    size = value.shape[axis]
    if backwards:
        begin = tuple(size - 1 if a == axis else 0 for a in range(value.rank))
        strides = tuple(-1 if a == axis else 1 for a in range(value.rank))
        fields = {"begin": begin, "sizes": value.shape, "strides": strides}
        source = node.moved(StridedSlice, input=source, **fields).tensor
    place = node.emit(Argmax, dtype=INT64, input=source, axis=axis).tensor
    if backwards:
        last = node.number(size - 1, place)
        place = node.emit(Subtract, dtype=INT64, a=last, b=place).tensor
    if node.integer("keepdims", 1):
        shape = tuple(1 if a == axis else n for a, n in enumerate(value.shape))
        place = node.assembly.reshaped(place, shape)
    return Value.of(place)


OPERATORS: Operators = {
    "ArgMax": argmax,
    "ArgMin": argmin,
}
