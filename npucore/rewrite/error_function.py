# SPDX-License-Identifier: MIT
"""The error function and its complement, of float32 or float64 arrays, in their dtype.

Source: W. J. Cody: Rational Chebyshev Approximations for the Error Function, Mathematics of
Computation 23 (1969), pages 631 to 637: one ratio of polynomials up to 0.46875, one up to 4 and
one beyond, each to 18 digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from npucore.tensor import Array

Polynomial = Sequence[float]
"""Factors, that of the highest power first."""

NEAR = 0.46875
FAR = 4.0
UNDERFLOW = 27.3  # the complement of more is less than any float64 that is not 0
BLOCK = 1 << 14  # elements that stay in a core's cache

OVER_NEAR = (1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2,
             3.77485237685302021e2, 3.20937758913846947e3)  # fmt: skip
UNDER_NEAR = (1.0, 2.36012909523441209e1, 2.44024637934444173e2,
              1.28261652607737228e3, 2.84423683343917062e3)  # fmt: skip
OVER_MIDDLE = (2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594,
               6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2,
               1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3)  # fmt: skip
UNDER_MIDDLE = (1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
                1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3,
                3.43936767414372164e3, 1.23033935480374942e3)  # fmt: skip
OVER_FAR = (1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
            1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4)  # fmt: skip
UNDER_FAR = (1.0, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1,
             6.05183413124413191e-2, 2.33520497626869185e-3)  # fmt: skip


def erf(x: Array) -> Array:
    """The error function, to the last bit but one or two."""
    return _blockwise(_erf, x)


def erfc(x: Array) -> Array:
    """``1 - erf(x)``, to the last digit but one where that is small, too."""
    return _blockwise(_erfc, x)


def _blockwise(function: Callable[[Array], Array], x: Array) -> Array:
    flat = np.asarray(x).reshape(-1)
    result = np.empty_like(flat)
    for first in range(0, flat.size, BLOCK):
        result[first : first + BLOCK] = function(flat[first : first + BLOCK])
    return result.reshape(np.shape(x))


def _erf(x: Array) -> Array:
    y = np.abs(x)
    if (far := y > NEAR).any():
        result = np.copysign(1 - _complement(np.maximum(y, NEAR)), x)
        return np.where(far, result, _near(x)) if not far.all() else result
    return _near(x)


def _erfc(x: Array) -> Array:
    y = np.abs(x)
    small = _complement(np.maximum(y, NEAR))
    return np.where(y > NEAR, np.where(x < 0, 2 - small, small), 1 - _near(x))


def _near(x: Array) -> Array:
    """The error function of magnitudes up to `NEAR`; something of others."""
    square = np.minimum(x * x, 1)
    return x * _ratio(OVER_NEAR, UNDER_NEAR, square)


def _complement(y: Array) -> Array:
    """The complement of the error function from `NEAR` on; NaN of NaN."""
    y = np.minimum(y, UNDERFLOW)
    share = _ratio(OVER_MIDDLE, UNDER_MIDDLE, y)
    if (beyond := y > FAR).any():
        inverse = 1 / (y[beyond] * y[beyond])
        rest = inverse * _ratio(OVER_FAR, UNDER_FAR, inverse)
        share[beyond] = (1 / math.sqrt(math.pi) - rest) / y[beyond]
    coarse = np.trunc(y * 16) / 16  # its square is exact, so that the exponential keeps its digits
    decay: Array = np.exp(-coarse * coarse) * np.exp(-(y - coarse) * (y + coarse))
    return decay * share


def _ratio(over: Polynomial, under: Polynomial, x: Array) -> Array:
    ratio: Array = _value(over, x) / _value(under, x)
    return ratio


def _value(factors: Polynomial, x: Array) -> Array:
    total = np.full_like(x, factors[0])
    for factor in factors[1:]:
        total *= x
        total += factor
    return total
