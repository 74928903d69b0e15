# SPDX-License-Identifier: MIT
"""Add, and Sum and Mean of several."""

from __future__ import annotations

from npucore.ops import Add
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.chain import chain
from npucore_onnx.ops.mul import scaled
from npucore_onnx.value import Value


def add(node: Node) -> Value:
    """Addition; operands are broadcast."""
    (a, b), order = node.alike(node.value(0), node.value(1))
    return node.emit(Add, order, a=a, b=b, activation=node.activation)


def sum_(node: Node) -> Value:
    """Additions one after the other."""
    return chain(node, Add)


def mean_of(node: Node) -> Value:
    """Additions one after the other, divided by their number."""
    return scaled(node, chain(node, Add), 1 / len(node.operands))


OPERATORS: Operators = {
    "Add": add,
    "Mean": mean_of,
    "Sum": sum_,
}
