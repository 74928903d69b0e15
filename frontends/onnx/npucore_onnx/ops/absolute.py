# SPDX-License-Identifier: MIT
"""Abs."""

from __future__ import annotations

from npucore.ops import Absolute
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def absolute(node: Node) -> Value:
    """Read the operator."""
    value = node.value(0)
    return node.emit(Absolute, value.order, input=value.tensor)
