# SPDX-License-Identifier: MIT
"""Functions of single numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from npucore.ops import Pointwise, PointwiseFunction
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value

SELU = (1.67326319217681884765625, 1.05070102214813232421875)  # ONNX operator schema Selu
BOOL = np.dtype(np.bool_)


def pointwise(
    function: PointwiseFunction, name: str = "", default: float = 1.0
) -> Callable[[Node], Value]:
    """A builder for *function*, whose `alpha` is the attribute *name*, if it has one."""

    def build(node: Node) -> Value:
        alpha = node.real(name, default) if name else 1.0
        return emitted(node, node.value(0), function, alpha)

    build.__doc__ = f"The function `{function}`" + (f", with the node's {name}" if name else "")
    return build


def emitted(
    node: Node, value: Value, function: PointwiseFunction, alpha: float = 1.0, beta: float = 1.0
) -> Value:
    """*function* of every number of *value*."""
    source = value.tensor
    fields: dict[str, Any] = {"function": function, "alpha": alpha, "beta": beta}
    return node.emit(Pointwise, value.order, input=source, **fields)


def selu(node: Node) -> Value:
    """The function `selu`, with the node's alpha and gamma."""
    alpha, gamma = node.real("alpha", SELU[0]), node.real("gamma", SELU[1])
    return emitted(node, node.value(0), PointwiseFunction.SELU, alpha, gamma)


def shrink(node: Node) -> Value:
    """The function `shrink`, with the node's bias and lambd."""
    bias, limit = node.real("bias", 0.0), node.real("lambd", 0.5)
    return emitted(node, node.value(0), PointwiseFunction.SHRINK, bias, limit)


def is_inf(node: Node) -> Value:
    """The function `is_inf`, of both signs or of one."""
    value = node.value(0)
    signs = {
        "alpha": float(node.integer("detect_positive", 1)),
        "beta": float(node.integer("detect_negative", 1)),
    }
    fields: dict[str, Any] = {"function": PointwiseFunction.IS_INF, **signs}
    return node.emit(Pointwise, value.order, dtype=BOOL, input=value.tensor, **fields)


OPERATORS: Operators = {
    "Acos": pointwise(PointwiseFunction.ACOS),
    "Acosh": pointwise(PointwiseFunction.ACOSH),
    "Asin": pointwise(PointwiseFunction.ASIN),
    "Asinh": pointwise(PointwiseFunction.ASINH),
    "Atan": pointwise(PointwiseFunction.ATAN),
    "Atanh": pointwise(PointwiseFunction.ATANH),
    "BitwiseNot": pointwise(PointwiseFunction.BITWISE_NOT),
    "Celu": pointwise(PointwiseFunction.CELU, "alpha"),
    "Cos": pointwise(PointwiseFunction.COS),
    "Cosh": pointwise(PointwiseFunction.COSH),
    "Elu": pointwise(PointwiseFunction.ELU, "alpha"),
    "IsInf": is_inf,
    "Mish": pointwise(PointwiseFunction.MISH),
    "Selu": selu,
    "Shrink": shrink,
    "Sign": pointwise(PointwiseFunction.SIGN),
    "Sin": pointwise(PointwiseFunction.SIN),
    "Sinh": pointwise(PointwiseFunction.SINH),
    "Softplus": pointwise(PointwiseFunction.SOFTPLUS),
    "Softsign": pointwise(PointwiseFunction.SOFTSIGN),
    "Swish": pointwise(PointwiseFunction.SWISH, "alpha"),
    "Tan": pointwise(PointwiseFunction.TAN),
    "ThresholdedRelu": pointwise(PointwiseFunction.THRESHOLDED_RELU, "alpha"),
}
