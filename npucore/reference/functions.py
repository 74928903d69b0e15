# SPDX-License-Identifier: MIT
"""Functions of real numbers that numpy does not have, or not without overflow; float64 arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from npucore.ops import PointwiseFunction
from npucore.quantize import Float64s

Function = Callable[[Float64s, float, float], Float64s]


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
