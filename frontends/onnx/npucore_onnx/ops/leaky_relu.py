# SPDX-License-Identifier: MIT
"""LeakyRelu."""

from __future__ import annotations

from npucore.ops import LeakyRelu
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def leaky_relu(node: Node) -> Value:
    """Read the operator."""
    value = node.value(0)
    return node.emit(LeakyRelu, value.order, input=value.tensor, alpha=node.real("alpha", 0.01))


OPERATORS: Operators = {"LeakyRelu": leaky_relu}
