# SPDX-License-Identifier: MIT
"""The functions of one real number that ops compute, on float64 arrays, without overflow."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from npucore.ops import (
    Absolute,
    Erf,
    Exp,
    Floor,
    Gelu,
    HSwish,
    LeakyRelu,
    Log,
    Logistic,
    Op,
    Pointwise,
    PointwiseFunction,
    Quantize,
    Relu,
    Round,
    Rsqrt,
    Sqrt,
    Tanh,
)
from npucore.quantize import REAL_BOUNDS, Float64s
from npucore.rewrite.error_function import erf, erfc

Real = Callable[[Float64s], Float64s]
Function = Callable[[Float64s, float, float], Float64s]
CUBIC = 0.044715  # of GELU by tanh


def _only(function: Callable[[Float64s], Float64s]) -> Function:
    """A function without parameters."""
    return lambda x, alpha, beta: function(x)


def _elu(x: Float64s, alpha: float) -> Float64s:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _celu(x: Float64s, alpha: float, beta: float) -> Float64s:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha))


def softplus(x: Float64s) -> Float64s:
    """``log(1 + exp(x))``."""
    grown: Float64s = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    return grown


def _sigmoid(x: Float64s) -> Float64s:
    decay = np.exp(-np.abs(x))
    share: Float64s = np.where(x >= 0, 1.0, decay) / (1 + decay)
    return share


def _mish(x: Float64s) -> Float64s:
    return times(x, np.tanh(softplus(x)))


def times(x: Float64s, share: Float64s) -> Float64s:
    """A product in which a share of 0 wins over an infinite number."""
    return np.where(share == 0, 0.0, x * share)


def _shrink(x: Float64s, alpha: float, beta: float) -> Float64s:
    return np.where(x > beta, x - alpha, np.where(x < -beta, x + alpha, 0.0))


def _softsign(x: Float64s) -> Float64s:
    return np.where(np.isinf(x), np.sign(x), x / (1 + np.abs(x)))


REAL: Mapping[PointwiseFunction, Function] = {
    PointwiseFunction.ACOS: _only(np.arccos),
    PointwiseFunction.ACOSH: _only(np.arccosh),
    PointwiseFunction.ASIN: _only(np.arcsin),
    PointwiseFunction.ASINH: _only(np.arcsinh),
    PointwiseFunction.ATAN: _only(np.arctan),
    PointwiseFunction.ATANH: _only(np.arctanh),
    PointwiseFunction.CEIL: _only(np.ceil),
    PointwiseFunction.CELU: _celu,
    PointwiseFunction.COS: _only(np.cos),
    PointwiseFunction.COSH: _only(np.cosh),
    PointwiseFunction.ELU: lambda x, alpha, beta: _elu(x, alpha),
    PointwiseFunction.MISH: _only(_mish),
    PointwiseFunction.NEGATIVE: _only(np.negative),
    PointwiseFunction.SELU: lambda x, alpha, beta: beta * _elu(x, alpha),
    PointwiseFunction.SHRINK: _shrink,
    PointwiseFunction.SIGN: _only(np.sign),
    PointwiseFunction.SIN: _only(np.sin),
    PointwiseFunction.SINH: _only(np.sinh),
    PointwiseFunction.SOFTPLUS: _only(softplus),
    PointwiseFunction.SOFTSIGN: _only(_softsign),
    PointwiseFunction.SWISH: lambda x, alpha, beta: times(x, _sigmoid(alpha * x)),
    PointwiseFunction.TAN: _only(np.tan),
    PointwiseFunction.THRESHOLDED_RELU: lambda x, alpha, beta: np.where(x > alpha, x, 0.0),
}
"""Every function of real numbers; the others are of integers, or give bool."""


def _gelu(op: Gelu) -> Real:
    if not op.approximate:
        return lambda x: times(x / 2, erfc(-x * math.sqrt(0.5)))
    outer = math.sqrt(2 / math.pi)
    return lambda x: times(x / 2, 1 + np.tanh(outer * (x + CUBIC * x**3)))


OF_ONE: Mapping[type[Op], Callable[[Any], Real]] = {
    Absolute: lambda op: np.abs,
    Erf: lambda op: erf,
    Exp: lambda op: np.exp,
    Floor: lambda op: np.floor,
    Gelu: _gelu,
    HSwish: lambda op: lambda x: x * np.clip(x + 3, 0, 6) / 6,
    LeakyRelu: lambda op: lambda x: np.where(x >= 0, x, op.alpha * x),
    Log: lambda op: np.log,
    Logistic: lambda op: _sigmoid,
    Quantize: lambda op: lambda x: x,
    Relu: lambda op: lambda x: np.clip(x, *REAL_BOUNDS[op.activation]),
    Round: lambda op: np.rint,
    Rsqrt: lambda op: lambda x: 1 / np.sqrt(x),
    Sqrt: lambda op: np.sqrt,
    Tanh: lambda op: np.tanh,
}
"""An op's class -> its function, from its attributes."""


def real_function(op: Op) -> Real | None:
    """The function of every number that *op* computes; None if it is no function of one.

    >>> from npucore.tensor import Tensor
    >>> x, y = (Tensor(name, (2,), np.dtype(np.float32)) for name in "xy")
    >>> function = real_function(LeakyRelu(input=x, output=y, alpha=0.5))
    >>> function(np.array([-2.0, 3.0])).tolist()
    [-1.0, 3.0]
    """
    if isinstance(op, Pointwise):
        pointwise = REAL.get(op.function)
        return None if pointwise is None else lambda x: pointwise(x, op.alpha, op.beta)
    made = OF_ONE.get(type(op))
    return None if made is None else made(op)
