# SPDX-License-Identifier: MIT
"""Where, and the logic of booleans: And, Or, Xor, Not; Trilu."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from npucore.ops import Select
from npucore.tensor import Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value, plain


def select(node: Node) -> Value:
    """Read the operator; operands are broadcast."""
    (condition, a, b), order = node.alike(node.value(0), node.value(1), node.value(2))
    return node.emit(Select, order, dtype=a.dtype, condition=condition, a=a, b=b)


def logical_and(node: Node) -> Value:
    """The second operand where the first is true, else false."""
    (a, b), order = node.alike(node.value(0), node.value(1))
    return node.emit(Select, order, condition=a, a=b, b=node.number(0, b))


def logical_or(node: Node) -> Value:
    """True where the first operand is, else the second."""
    (a, b), order = node.alike(node.value(0), node.value(1))
    return node.emit(Select, order, condition=a, a=node.number(1, b), b=b)


def logical_xor(node: Node) -> Value:
    """The second operand, inverted where the first is true."""
    (a, b), order = node.alike(node.value(0), node.value(1))
    other = inverted(node, Value(b, order)).tensor
    return node.emit(Select, order, condition=a, a=other, b=b)


def logical_not(node: Node) -> Value:
    """False where the operand is true, else true."""
    return inverted(node, node.value(0))


def inverted(node: Node, value: Value) -> Value:
    """The other boolean."""
    x = value.tensor
    return node.emit(Select, value.order, condition=x, a=node.number(0, x), b=node.number(1, x))


def triangle(node: Node) -> Value:
    """Trilu: 0 above or below a diagonal, by a constant condition."""
    x = node.tensor(0)
    offset = int(node.scalar(1, 0))
    if len(x.shape) < 2:
        node.invalid(f"a triangle of shape {x.shape}")
    rows, columns = x.shape[-2:]
    cut = np.triu if node.integer("upper", 1) else np.tril
    offset = max(-rows - 1, min(offset, columns + 1))
    node.reserve(2 * rows * columns)
    mask = np.broadcast_to(cut(np.ones((rows, columns), np.bool_), offset), x.shape)
    condition = Tensor("triangle", x.shape, mask.dtype, None, mask)
    zero = dataclasses.replace(node.number(0, x))
    fields: dict[str, Any] = {"condition": condition, "a": x, "b": zero}
    return node.emit(Select, plain(len(x.shape)), dtype=x.dtype, **fields)


OPERATORS: Operators = {
    "And": logical_and,
    "Not": logical_not,
    "Or": logical_or,
    "Trilu": triangle,
    "Where": select,
    "Xor": logical_xor,
}
