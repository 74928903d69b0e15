# SPDX-License-Identifier: MIT
"""HardSwish."""

from __future__ import annotations

from npucore.ops import HSwish
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def hswish(node: Node) -> Value:
    """Read the operator."""
    value = node.value(0)
    return node.emit(HSwish, value.order, input=value.tensor)
