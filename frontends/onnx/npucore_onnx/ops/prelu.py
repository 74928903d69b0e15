# SPDX-License-Identifier: MIT
"""PRelu."""

from __future__ import annotations

from npucore.ops import Prelu
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def prelu(node: Node) -> Value:
    """Slopes are broadcast to the operand."""
    (x, alpha), order = node.alike(node.value(0), node.value(1))
    return node.emit(Prelu, order, input=x, alpha=alpha)


OPERATORS: Operators = {"PRelu": prelu}
