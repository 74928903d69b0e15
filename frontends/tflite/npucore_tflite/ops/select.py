# SPDX-License-Identifier: MIT
"""SELECT, SELECT_V2, and the logic of booleans."""

from __future__ import annotations

import dataclasses

from npucore.ops import Reshape, Select
from npucore.tensor import Tensor
from npucore_tflite.node import Node, Operators


def select_v2(node: Node) -> Select:
    """SELECT_V2: all three operands are broadcast."""
    condition, a, b = node.alike(*node.all_inputs())
    return _select(node, condition, a, b)


def select(node: Node) -> Select:
    """SELECT: a condition of one axis chooses rows."""
    condition, a, b = node.all_inputs()
    if len(condition.shape) == 1 < len(a.shape) and condition.shape[0] == a.shape[0]:
        rows = (condition.shape[0], *[1] * (len(a.shape) - 1))
        condition = node.emit(Reshape, "rows", shape=rows, input=condition)
    condition, a, b = node.alike(condition, a, b)
    return _select(node, condition, a, b)


def _select(node: Node, condition: Tensor, a: Tensor, b: Tensor) -> Select:
    """The stored numbers are moved as they are, under the result's quantization."""
    meaning = node.output.quantization
    a, b = (dataclasses.replace(t, quantization=meaning) if t.is_constant else t for t in (a, b))
    return node.make(Select, condition=condition, a=a, b=b)


def logical_not(node: Node) -> Select:
    """LOGICAL_NOT: false where the operand is true."""
    x = node.input(0)
    return node.make(Select, condition=x, a=node.number(0, x), b=node.number(1, x))


OPERATORS: Operators = {
    "LOGICAL_NOT": logical_not,
    "SELECT": select,
    "SELECT_V2": select_v2,
}
