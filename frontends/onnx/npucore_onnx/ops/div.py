# SPDX-License-Identifier: MIT
"""Div, and Reciprocal."""

from __future__ import annotations

from npucore.ops import Div, Pairwise, PairwiseFunction
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def div(node: Node) -> Value:
    """Division; of integers towards 0; operands are broadcast."""
    (a, b), order = node.alike(node.value(0), node.value(1))
    if a.dtype.kind != "f":
        return node.emit(Pairwise, order, a=a, b=b, function=PairwiseFunction.TRUNC_DIV)
    return node.emit(Div, order, a=a, b=b)


def reciprocal(node: Node) -> Value:
    """1 divided by the operand."""
    value = node.value(0)
    return node.emit(Div, value.order, a=node.number(1, value.tensor), b=value.tensor)


OPERATORS: Operators = {
    "Div": div,
    "Reciprocal": reciprocal,
}
