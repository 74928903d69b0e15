# SPDX-License-Identifier: MIT
"""Tanh."""

from __future__ import annotations

from npucore.ops import Tanh
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def tanh(node: Node) -> Value:
    """Read the operator."""
    value = node.value(0)
    return node.emit(Tanh, value.order, input=value.tensor)
