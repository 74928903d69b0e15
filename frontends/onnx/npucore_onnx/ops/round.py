# SPDX-License-Identifier: MIT
"""Round."""

from __future__ import annotations

from npucore.ops import Round
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def round(node: Node) -> Value:
    """Read the operator."""
    value = node.value(0)
    return node.emit(Round, value.order, input=value.tensor)
