# SPDX-License-Identifier: MIT
"""TFLite's fixed-point arithmetic, step by step in int64: the definition, not the fast way."""

from __future__ import annotations

import numpy as np

from npucore.quantize import Int64s

INT32_MAX = (1 << 31) - 1
INT32_MIN = -(1 << 31)


def high_mul(a: Int64s, b: Int64s | int) -> Int64s:
    """``round(a * b / 2**31)`` of int32 values, halves up, saturated.

    Source: gemmlowp SaturatingRoundingDoublingHighMul.
    """
    product = a * b
    nudged = product + np.where(product >= 0, 1 << 30, 1 - (1 << 30))
    towards_zero = np.where(nudged >= 0, nudged >> 31, -(-nudged >> 31))
    return np.minimum(towards_zero, INT32_MAX)  # only the product of two least numbers is larger


def rounding_shift(x: Int64s, bits: Int64s | int) -> Int64s:
    """``x / 2**bits``, halves away from 0; *bits* of 0 leaves *x* alone.

    Source: gemmlowp RoundingDivideByPOT.
    """
    mask = (np.int64(1) << bits) - 1
    above = (x & mask) > (mask >> 1) + (x < 0)
    shifted: Int64s = (x >> bits) + above
    return shifted


def rescale(x: Int64s, m: Int64s | int, shift: Int64s | int) -> Int64s:
    """``x * m * 2**(shift - 31)`` with two roundings; m and shift as `npucore.quantize.multiplier`.

    Source: TFLite MultiplyByQuantizedMultiplier.
    """
    left, right = np.maximum(shift, 0), np.maximum(-np.asarray(shift), 0)
    return rounding_shift(high_mul(x << left, m), right)


def rescale_wide(x: Int64s, m: Int64s | int, shift: Int64s | int) -> Int64s:
    """As `rescale` for sums of 64 bits: a multiplier of 16 bits, halves up.

    Source: TFLite MultiplyByQuantizedMultiplier(int64_t, int32_t, int).
    """
    wide = np.asarray(m)
    short = np.where(wide < 0x7FFF0000, (wide + (1 << 15)) >> 16, 0x7FFF)
    right = 15 - np.asarray(shift)
    scaled: Int64s = (x * short + (np.int64(1) << (right - 1))) >> right
    return scaled
