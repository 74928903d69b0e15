# SPDX-License-Identifier: MIT
"""Operators of any number of operands, two at a time."""

from __future__ import annotations

from npucore.ops import Op
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def chain(node: Node, kind: type[Op]) -> Value:
    """The operands joined by ops of *kind*, from the first to the last."""
    values = node.values()
    node.require(bool(values), "no operands")
    result = values[0]
    for value in values[1:]:
        (a, b), order = node.alike(result, value)
        result = node.emit(kind, order, a=a, b=b)
    return result
