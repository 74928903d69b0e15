# SPDX-License-Identifier: MIT
"""ReduceMean."""

from __future__ import annotations

from npucore.ops import Mean
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.reduction import reduced
from npucore_onnx.value import Value


def mean(node: Node) -> Value:
    """Read the operator."""
    return reduced(node, Mean, node.value(0))


OPERATORS: Operators = {"ReduceMean": mean}
