# SPDX-License-Identifier: MIT
"""Sqrt."""

from __future__ import annotations

from npucore.ops import Sqrt
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def sqrt(node: Node) -> Value:
    """Read the operator."""
    value = node.value(0)
    return node.emit(Sqrt, value.order, input=value.tensor)
