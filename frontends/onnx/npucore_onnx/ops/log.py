# SPDX-License-Identifier: MIT
"""Log."""

from __future__ import annotations

from npucore.ops import Log
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def log(node: Node) -> Value:
    """Read the operator."""
    value = node.value(0)
    return node.emit(Log, value.order, input=value.tensor)
