# SPDX-License-Identifier: MIT
"""Exp."""

from __future__ import annotations

from npucore.ops import Exp
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def exp(node: Node) -> Value:
    """Read the operator."""
    value = node.value(0)
    return node.emit(Exp, value.order, input=value.tensor)
