# SPDX-License-Identifier: MIT
"""Sigmoid."""

from __future__ import annotations

from npucore.ops import Logistic
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def logistic(node: Node) -> Value:
    """Read the operator."""
    value = node.value(0)
    return node.emit(Logistic, value.order, input=value.tensor)
