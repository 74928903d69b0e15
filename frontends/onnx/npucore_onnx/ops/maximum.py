# SPDX-License-Identifier: MIT
"""Max."""

from __future__ import annotations

from npucore.ops import Maximum
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.chain import chain
from npucore_onnx.value import Value


def maximum(node: Node) -> Value:
    """Element-wise maximum of any number of operands."""
    return chain(node, Maximum)


OPERATORS: Operators = {"Max": maximum}
