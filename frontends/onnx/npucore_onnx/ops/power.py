# SPDX-License-Identifier: MIT
"""Pow."""

from __future__ import annotations

from npucore.ops import Mul, Power, Sqrt
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def power(node: Node) -> Value:
    """Squares and roots by name, other exponents by the op."""
    value, exponent = node.value(0), node.value(1)
    if exponent.data is not None and exponent.data.size == 1 and exponent.rank <= value.rank:
        number = float(exponent.data.reshape(-1)[0])
        if number == 2:
            return node.emit(Mul, value.order, a=value.tensor, b=value.tensor)
        if number == 0.5 and value.dtype.kind == "f":
            return node.emit(Sqrt, value.order, input=value.tensor)
    (a, b), order = node.alike(value, exponent)
    return node.emit(Power, order, a=a, b=b)
