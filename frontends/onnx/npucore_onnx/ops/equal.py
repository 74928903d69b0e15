# SPDX-License-Identifier: MIT
"""Equal, and IsNaN."""

from __future__ import annotations

import numpy as np

from npucore.ops import Equal
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.select import inverted
from npucore_onnx.value import Value

BOOL = np.dtype(np.bool_)


def equal(node: Node) -> Value:
    """Read the operator; operands are broadcast."""
    (a, b), order = node.alike(node.value(0), node.value(1))
    return node.emit(Equal, order, dtype=BOOL, a=a, b=b)


def is_nan(node: Node) -> Value:
    """What is not equal to itself."""
    value = node.value(0)
    same = node.emit(Equal, value.order, dtype=BOOL, a=value.tensor, b=value.tensor)
    return inverted(node, same)


OPERATORS: Operators = {
    "Equal": equal,
    "IsNaN": is_nan,
}
