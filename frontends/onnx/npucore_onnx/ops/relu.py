# SPDX-License-Identifier: MIT
"""Relu, and Clip."""

from __future__ import annotations

import numpy as np

from npucore.ops import Activation, Maximum, Minimum, Relu
from npucore_onnx.node import Node, Operators
from npucore_onnx.qdq import ACTIVATIONS
from npucore_onnx.value import Value


def relu(node: Node) -> Value:
    """Read the operator."""
    value = node.value(0)
    return node.emit(Relu, value.order, input=value.tensor, activation=Activation.RELU)


def clip(node: Node) -> Value:
    """A rectifier where the bounds are those of one, else a maximum and a minimum."""
    if node.opset >= 11 and any(v is not None and v.data is None for v in node.operands[1:3]):
        return _computed_bounds(node)
    if node.opset < 11:
        low, high = node.real("min", -np.inf), node.real("max", np.inf)
    else:
        low, high = node.scalar(1, -np.inf), node.scalar(2, np.inf)
    return clamped(node, node.value(0), low, high)


def clamped(node: Node, value: Value, low: float, high: float) -> Value:
    """*value* within two bounds, either of which may be infinite."""
    tensor, order = value.tensor, value.order
    if (low, high) in ACTIVATIONS and value.dtype.kind == "f":
        return node.emit(Relu, order, input=tensor, activation=ACTIVATIONS[low, high])
    if low != -np.inf:
        tensor = node.emit(Maximum, order, a=tensor, b=node.number(low, tensor)).tensor
    if high != np.inf:
        tensor = node.emit(Minimum, order, a=tensor, b=node.number(high, tensor)).tensor
    return Value(tensor, order)


def _computed_bounds(node: Node) -> Value:
    value = node.value(0)
    for position, kind in ((1, Maximum), (2, Minimum)):
        if (bound := node.optional(position)) is not None:
            (a, b), order = node.alike(value, bound)
            value = node.emit(kind, order, a=a, b=b)
    return value


OPERATORS: Operators = {
    "Clip": clip,
    "Relu": relu,
}
