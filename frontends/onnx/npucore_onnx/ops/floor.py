# SPDX-License-Identifier: MIT
"""Floor, and Ceil."""

from __future__ import annotations

from npucore.ops import Floor
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.subtract import negated
from npucore_onnx.value import Value


def floor(node: Node) -> Value:
    """Read the operator."""
    return _floor(node, node.value(0))


def ceil(node: Node) -> Value:
    """``-floor(-x)``."""
    return negated(node, _floor(node, negated(node, node.value(0))))


def _floor(node: Node, value: Value) -> Value:
    return node.emit(Floor, value.order, input=value.tensor)


OPERATORS: Operators = {
    "Ceil": ceil,
    "Floor": floor,
}
