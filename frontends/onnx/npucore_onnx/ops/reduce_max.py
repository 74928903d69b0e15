# SPDX-License-Identifier: MIT
"""ReduceMax."""

from __future__ import annotations

from npucore.ops import ReduceMax
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.reduction import reduced
from npucore_onnx.value import Value


def reduce_max(node: Node) -> Value:
    """Read the operator."""
    return reduced(node, ReduceMax, node.value(0))


OPERATORS: Operators = {"ReduceMax": reduce_max}
