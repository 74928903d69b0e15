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
LARGEST_MULTIPLIER = (1 << 15) - 1  # of a channel: 16 bits with a sign
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


def multipliers(scales: Float64s, largest: float) -> Int64s:
    """(O,) scales, each as a part of *largest*, which is 32767; to the nearest, and no more.

    The largest of *scales* gets 32767 itself. Source: facts of 2026-11, 0.2, A1 (proven on the
    RK3588: signed int16).

    >>> multipliers(np.array([0.5, 0.25, 0.0]), 0.5)
    array([32767, 16384,     0])
    """
    shares = np.floor(scales / largest * LARGEST_MULTIPLIER + 0.5)
    shares[scales == scales.max()] = LARGEST_MULTIPLIER
    return np.minimum(shares, LARGEST_MULTIPLIER).astype(np.int64)


def zero_point(tensor: Tensor) -> int:
    """The stored number that stands for real 0, as the chip sees it."""
    if tensor.dtype.kind == "f":
        return 0
    return int(tensor.q.zero_point) - (128 if tensor.dtype == np.uint8 else 0)


def weight_zero_points(weights: Tensor) -> Int64s:
    """(1,) if all kernels have the same, else (O,): as the chip sees them."""
    zeros = np.atleast_1d(weights.q.zero_point) - (128 if weights.dtype == np.uint8 else 0)
    return zeros[:1] if (zeros == zeros[0]).all() else zeros


def corrected_bias(
    bias: Int64s, weights: Array, weight_zero_points: Int64s, input_zero_point: int
) -> Int64s:
    """(O,) bias, so that sums over stored inputs equal sums over inputs less their zero point.

    *weights* are (O, ...) int8, their zero points (1,) or (O,). Padding counts like any other
    pixel, since it reads as the zero point. Source: rocket hardware reference 5.7 (proven).
    """
    flat = weights.reshape(len(weights), -1)
    sums = np.add.reduce(flat, axis=1, dtype=np.int32) - flat.shape[1] * weight_zero_points
    corrected: Int64s = bias - input_zero_point * sums.astype(np.int64)
    return corrected
