# SPDX-License-Identifier: MIT
"""LogSoftmax."""

from __future__ import annotations

from npucore.ops import LogSoftmax
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.softmax import over_last
from npucore_onnx.value import Value


def log_softmax(node: Node) -> Value:
    """Along one axis; before opset 13 over all axes from one on, as one."""
    return over_last(node, lambda x: node.emit(LogSoftmax, input=x).tensor)


OPERATORS: Operators = {"LogSoftmax": log_softmax}
