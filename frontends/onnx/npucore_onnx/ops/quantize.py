# SPDX-License-Identifier: MIT
"""QuantizeLinear."""

from __future__ import annotations

from npucore.ops import Quantize
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def quantize(node: Node) -> Value:
    """Read the operator."""
    return quantized(node, node.value(0))


def quantized(node: Node, value: Value) -> Value:
    """Real numbers as the node stores its results."""
    return node.emit(Quantize, value.order, input=value.tensor)


OPERATORS: Operators = {"QuantizeLinear": quantize}
