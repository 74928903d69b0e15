# SPDX-License-Identifier: MIT
"""Real scales -> the integers that registers hold.

Stored values are seen as the chip sees them: int8, so a uint8 tensor's values and zero points are
128 less here (its bytes XOR 0x80).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from npucore.quantize import Float64s, Int64s
from npucore.tensor import Array, Tensor

SCALE_BITS = 15  # of OUT_CVT_SCALE and of the element-wise operand's scale that streams use
MULTIPLIER_BITS = 15  # behind the point of a per-channel multiplier; the sibling used 14
LARGEST_SHIFT = 47  # beyond, every sum of 32 bits becomes 0


@dataclass(frozen=True, slots=True)
class FixedScale:
    """``value * scale / 2**shift``, with *scale* in [2**14, 2**15)."""

    scale: int
    shift: int

    @property
    def real(self) -> float:
        """What it multiplies by."""
        return math.ldexp(self.scale, -self.shift)


def fixed_scale(real: float) -> FixedScale | None:
    """*real* to the nearest 15 bits, carry included; None if its shift does not fit.

    Mesa takes the floor and adds 1, and loses half of the scale where the mantissa is all ones.
    Source: rocket hardware reference 5.8 (proven on RK3588 to within the mantissa's last bit).

    >>> fixed_scale(2**-8)
    FixedScale(scale=16384, shift=22)
    >>> fixed_scale(0.0039062488)
    FixedScale(scale=16384, shift=22)
    """
    fraction, exponent = math.frexp(real)
    scale, shift = math.floor(fraction * (1 << SCALE_BITS) + 0.5), SCALE_BITS - exponent
    if scale == 1 << SCALE_BITS:
        scale, shift = scale // 2, shift - 1
    return FixedScale(scale, shift) if real > 0 and 0 < shift <= LARGEST_SHIFT else None


def rounded(reals: Float64s) -> Float64s:
    """What `fixed_scale` makes of positive numbers, as real numbers again.

    >>> rounded(np.array([0.25, 1 / 3]))
    array([0.25      , 0.33332825])
    """
    fractions, exponents = np.frexp(reals)
    bits: Float64s = np.ldexp(np.floor(fractions * (1 << SCALE_BITS) + 0.5), exponents - SCALE_BITS)
    return bits


def channel_multipliers(scales: Float64s) -> Int64s:
    """(O,) scales relative to the largest of them, in units of 2**-15.

    At most 2**15 - 1, so that it does not matter whether the chip reads 16 bits with or without a
    sign. Source: rocket hardware reference 6.7 B (sibling: ran on RK3568).
    """
    shares = scales / scales.max() * (1 << MULTIPLIER_BITS)
    largest = (1 << MULTIPLIER_BITS) - 1
    multipliers: Int64s = np.minimum(np.floor(shares + 0.5), largest).astype(np.int64)
    return multipliers


def channel_error(scales: Float64s, reach: Float64s) -> float:
    """By how many LSB the multipliers' rounding can move an output that does not saturate.

    *reach* is (O,) the largest output of each channel, in LSB.
    """
    exact = scales / scales.max() * (1 << MULTIPLIER_BITS)
    relative = np.abs(channel_multipliers(scales) / exact - 1)
    return float((relative * reach).max())


def zero_point(tensor: Tensor) -> int:
    """The stored number that stands for real 0, as the chip sees it."""
    return int(tensor.q.zero_point) - (128 if tensor.dtype == np.uint8 else 0)


def corrected_bias(
    bias: Int64s, weights: Array, weight_zero_point: int, input_zero_point: int
) -> Int64s:
    """(O,) bias, so that sums over stored inputs equal sums over inputs less their zero point.

    *weights* are (O, ...) int8. Padding counts like any other pixel, since it reads as the zero
    point. Source: rocket hardware reference 5.7 (proven).
    """
    flat = weights.reshape(len(weights), -1)
    sums = np.add.reduce(flat, axis=1, dtype=np.int32) - flat.shape[1] * weight_zero_point
    corrected: Int64s = bias - input_zero_point * sums.astype(np.int64)
    return corrected
