# SPDX-License-Identifier: MIT
"""Min."""

from __future__ import annotations

from npucore.ops import Minimum
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.chain import chain
from npucore_onnx.value import Value


def minimum(node: Node) -> Value:
    """Element-wise minimum of any number of operands."""
    return chain(node, Minimum)


OPERATORS: Operators = {"Min": minimum}
