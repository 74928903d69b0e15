# SPDX-License-Identifier: MIT
"""TFLite's fixed-point rules in plain integers, as its specification words them."""

from __future__ import annotations

import math
from fractions import Fraction

INT32_MAX, INT32_MIN = (1 << 31) - 1, -(1 << 31)


def towards_zero(numerator: int, denominator: int) -> int:
    """C's division."""
    quotient = abs(numerator) // abs(denominator)
    return quotient if (numerator < 0) == (denominator < 0) else -quotient


def saturating_rounding_doubling_high_mul(a: int, b: int) -> int:
    """The high half of ``2 * a * b``."""
    if a == b == INT32_MIN:
        return INT32_MAX
    product = a * b
    nudge = 1 << 30 if product >= 0 else 1 - (1 << 30)
    return towards_zero(product + nudge, 1 << 31)


def rounding_divide_by_pot(x: int, exponent: int) -> int:
    """``x / 2**exponent``, halves away from 0."""
    mask = (1 << exponent) - 1
    threshold = (mask >> 1) + (1 if x < 0 else 0)
    return (x >> exponent) + (1 if (x & mask) > threshold else 0)


def multiply_by_quantized_multiplier(x: int, multiplier: int, shift: int) -> int:
    """``x * multiplier * 2**(shift - 31)`` with two roundings."""
    left, right = max(shift, 0), max(-shift, 0)
    high = saturating_rounding_doubling_high_mul(x << left, multiplier)
    return rounding_divide_by_pot(high, right)


def quantize_multiplier(real: float) -> tuple[int, int]:
    """``real = multiplier * 2**(shift - 31)``, multiplier in [2**30, 2**31) or 0."""
    if real == 0:
        return 0, 0
    fraction, shift = math.frexp(real)
    multiplier = math.floor(Fraction(fraction) * (1 << 31) + Fraction(1, 2))
    if multiplier == 1 << 31:
        multiplier, shift = multiplier // 2, shift + 1
    return (0, 0) if shift < -31 else (multiplier, shift)


def round_half_away(x: float) -> int:
    """C's ``round``."""
    magnitude = math.floor(abs(Fraction(x)) + Fraction(1, 2))
    return magnitude if x >= 0 else -magnitude
