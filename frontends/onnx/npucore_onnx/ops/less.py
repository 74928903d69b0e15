# SPDX-License-Identifier: MIT
"""Less, Greater, LessOrEqual and GreaterOrEqual."""

from __future__ import annotations

import numpy as np

from npucore.ops import Less
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value

BOOL = np.dtype(np.bool_)


def less(node: Node) -> Value:
    """Read the operator; operands are broadcast."""
    (a, b), order = node.alike(node.value(0), node.value(1))
    return node.emit(Less, order, dtype=BOOL, a=a, b=b)


def greater(node: Node) -> Value:
    """Less, the operands exchanged."""
    (a, b), order = node.alike(node.value(0), node.value(1))
    return node.emit(Less, order, dtype=BOOL, a=b, b=a)


OPERATORS: Operators = {
    "Greater": greater,
    "Less": less,
}
