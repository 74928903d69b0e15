# SPDX-License-Identifier: MIT
"""Pow."""

from __future__ import annotations

import numpy as np

from npucore.ops import Cast, Mul, Power, Sqrt
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value

REAL = np.dtype(np.float64)


def power(node: Node) -> Value:
    """Squares and roots by name, other exponents by the op."""
    value, exponent = node.value(0), node.value(1)
    if exponent.data is not None and exponent.data.size == 1 and exponent.rank <= value.rank:
        number = float(exponent.data.reshape(-1)[0])
        if number == 2:
            return node.emit(Mul, value.order, a=value.tensor, b=value.tensor)
        if number == 0.5 and value.dtype.kind == "f":
            return node.emit(Sqrt, value.order, input=value.tensor)
    if value.dtype.kind == "f" and value.dtype == exponent.dtype:
        (a, b), order = node.alike(value, exponent)
        return node.emit(Power, order, a=a, b=b)
    (a, b), order = node.alike(_real(node, value), _real(node, exponent))
    result = node.emit(Power, order, a=a, b=b)
    return node.emit(Cast, order, dtype=value.dtype, input=result.tensor)


def _real(node: Node, value: Value) -> Value:
    """In float64, which holds integers up to 2**53 exactly."""
    if value.dtype == REAL:
        return value
    return node.emit(Cast, value.order, dtype=REAL, input=value.tensor)


OPERATORS: Operators = {"Pow": power}
