# SPDX-License-Identifier: MIT
"""A function of every single number."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


class PointwiseFunction(enum.StrEnum):
    """Functions of one number ``x``; ``a`` and ``b`` are `alpha` and `beta`."""

    ACOS = "acos"
    ACOSH = "acosh"
    ASIN = "asin"
    ASINH = "asinh"
    ATAN = "atan"
    ATANH = "atanh"
    BITWISE_NOT = "bitwise_not"
    CEIL = "ceil"
    CELU = "celu"  # x if x > 0 else a * (exp(x / a) - 1)
    COS = "cos"
    COSH = "cosh"
    ELU = "elu"  # x if x > 0 else a * (exp(x) - 1)
    IS_INF = "is_inf"  # +inf unless a is 0, -inf unless b is 0
    MISH = "mish"  # x * tanh(softplus(x))
    NEGATIVE = "negative"
    SELU = "selu"  # b * elu(x)
    SHRINK = "shrink"  # x - a if x > b, x + a if x < -b, else 0
    SIGN = "sign"
    SIN = "sin"
    SINH = "sinh"
    SOFTPLUS = "softplus"  # log(1 + exp(x))
    SOFTSIGN = "softsign"  # x / (1 + |x|)
    SWISH = "swish"  # x / (1 + exp(-a * x))
    TAN = "tan"
    THRESHOLDED_RELU = "thresholded_relu"  # x if x > a else 0


@dataclass(frozen=True, eq=False, kw_only=True)
class Pointwise(Op):
    """``output = function(input)`` of every number, computed so that nothing overflows on the way.

    Floats are computed in float64 and rounded once; integers only where the function has integers.
    """

    name: ClassVar[str] = "pointwise"

    input: Tensor  # any shape
    output: Tensor
    function: PointwiseFunction
    alpha: float = 1.0
    beta: float = 1.0

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
