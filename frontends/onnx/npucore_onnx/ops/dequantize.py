# SPDX-License-Identifier: MIT
"""DequantizeLinear."""

from __future__ import annotations

import numpy as np

from npucore.ops import Dequantize
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value

FLOAT = np.dtype(np.float32)


def dequantize(node: Node) -> Value:
    """Read the operator; the result is float32."""
    return dequantized(node, node.value(0))


def dequantized(node: Node, value: Value) -> Value:
    """The real numbers of stored ones."""
    label = f"{node.label}/real"
    tensor = node.assembly.emit(Dequantize, label, FLOAT, input=value.tensor)
    return Value(tensor, value.order)


OPERATORS: Operators = {"DequantizeLinear": dequantize}
