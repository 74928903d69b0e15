# SPDX-License-Identifier: MIT
"""The exponential and the reciprocal of TFLite's fixed-point softmax.

Q formats are named by their integer bits: Q5 has 5 bits before the point and 26 behind it.
Source: gemmlowp fixedpoint.h exp_on_negative_values, one_over_one_plus_x_for_x_in_0_1.
"""

from __future__ import annotations

import numpy as np

from npucore.quantize import Int64s
from npucore.reference.fixed_point import INT32_MAX, INT32_MIN, high_mul, rounding_shift

INPUT_BITS = 26  # behind the point of Q5
SUM_BITS = 12  # integer bits of the sum, Q12
EXP_OF_MINUS_EIGHTH = 1895147668  # exp(-1/8) in Q0
ONE_THIRD = 715827883  # in Q0
RECIPROCAL_START = (1515870810, -1010580540)  # 48/17 and -32/17 in Q2
EXP_OF_MINUS_POWER = (  # exponent of two, exp(-2**exponent) in Q0
    (-2, 1672461947),
    (-1, 1302514674),
    (0, 790015084),
    (1, 290630308),
    (2, 39332535),
    (3, 720401),
    (4, 242),
)


def _exp_between_minus_quarter_and_0(x: Int64s) -> Int64s:
    """Taylor's polynomial around -1/8; Q0 in and out."""
    centred = x + (1 << 28)
    square = high_mul(centred, centred)
    cube, fourth = high_mul(square, centred), high_mul(square, square)
    tail = high_mul(rounding_shift(fourth, 2) + cube, ONE_THIRD) + square
    correction = centred + rounding_shift(tail, 1)
    scaled = high_mul(correction, EXP_OF_MINUS_EIGHTH)
    return np.clip(EXP_OF_MINUS_EIGHTH + scaled, INT32_MIN, INT32_MAX)


def exp_of_negative(x: Int64s) -> Int64s:
    """``exp(x)`` for x <= 0 in Q5, result in Q0."""
    quarter = 1 << (INPUT_BITS - 2)
    remainder = (x & (quarter - 1)) - quarter
    result = _exp_between_minus_quarter_and_0(remainder << 5)
    whole = remainder - x
    for exponent, factor in EXP_OF_MINUS_POWER:
        chosen = (whole & (1 << (INPUT_BITS + exponent))) != 0
        result = np.where(chosen, high_mul(result, factor), result)
    saturated: Int64s = np.where(x == 0, INT32_MAX, result)
    return saturated


def normalized(decay: Int64s, total: Int64s) -> Int64s:
    """``decay / total`` in units of 1/256."""
    bits = np.frexp(total.astype(np.float64))[1].astype(np.int64)
    zeros = 32 - bits  # in front of the leading one of an int32
    reciprocal = _one_over_one_plus((total << zeros) - (1 << 31))
    return rounding_shift(high_mul(reciprocal, decay), (SUM_BITS - zeros) + 31 - 8)


def _one_over_one_plus(x: Int64s) -> Int64s:
    """``1 / (1 + x)`` for x in [0, 1), Q0 in and out, by three steps of Newton's method."""
    denominator = (x + INT32_MAX + 1) >> 1  # half of 1 + x, rounded
    start, slope = RECIPROCAL_START
    guess = start + high_mul(denominator, slope)
    for _ in range(3):
        error = (1 << 29) - high_mul(denominator, guess)
        guess = guess + _shift_up(high_mul(guess, error), 2)
    return _shift_up(guess, 1)


def _shift_up(x: Int64s, bits: int) -> Int64s:
    saturated: Int64s = np.clip(x << bits, INT32_MIN, INT32_MAX)
    return saturated
