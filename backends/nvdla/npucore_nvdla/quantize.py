# SPDX-License-Identifier: MIT
"""The chip's arithmetic: addends of 16 bits with a shift, factors of 16 bits with a shift.

What rounding them loses is computed, in LSB of the output, and bounded.
Source: hardware reference 2.5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.errors import UnsupportedError
from npucore.quantize import Float64s, Int64s, stored_range
from npucore.tensor import Array, Tensor

Int8s = npt.NDArray[np.int8]
Int16s = npt.NDArray[np.int16]
LARGEST_FACTOR = (1 << 15) - 1
MOST_SHIFT = (1 << 6) - 1
LARGEST_SUM = (1 << 31) - 1
LARGEST_LOSS = 0.45
"""LSB: with the rounding itself, a result stays within 1 of the exact one."""
RANGE = 256  # LSB from the smallest result to the largest; beyond, they saturate
INT8, INT16 = np.iinfo(np.int8), np.iinfo(np.int16)


def sign_offset(tensor: Tensor) -> int:
    """What is taken from stored values so that they are int8."""
    return 128 if tensor.dtype == np.uint8 else 0


def zero_point(tensor: Tensor) -> int:
    """The value of real 0 in a map, as int8."""
    return int(tensor.q.zero_point) - sign_offset(tensor)


def bounds(tensor: Tensor, clamp: tuple[int, int]) -> tuple[int | None, int | None]:
    """A clamp of stored values in int8; None at an end of the range, where saturation clamps."""
    ends, less = stored_range(tensor.dtype), sign_offset(tensor)
    low, high = (None if a == b else a - less for a, b in zip(clamp, ends, strict=True))
    return low, high


def without_zero(weights: Tensor, data: Array) -> Int16s:
    """Stored weights less their zero point; the first axis is that of kernels."""
    zero = weights.q.zero_point.reshape(-1, *[1] * (data.ndim - 1))
    return data.astype(np.int16) - zero.astype(np.int16)


def fit_bytes(weights: Int16s) -> bool:
    """Whether 8 bits hold each kernel, or all of it with the other sign."""
    rest = tuple(range(1, weights.ndim))
    low, high = weights.min(axis=rest), weights.max(axis=rest)
    held = (low >= INT8.min) & (high <= INT8.max)
    return bool((held | ((-high >= INT8.min) & (-low <= INT8.max))).all())


def in_bytes(weights: Int16s) -> tuple[Int8s, Int64s]:
    """(weights, signs): as 8 bits hold them, and -1 for each kernel that is negated for that.

    Raises `UnsupportedError` beyond 8 bits.

    >>> in_bytes(np.array([[-127, 128], [-128, 5]], np.int16))
    (array([[ 127, -128],
           [-128,    5]], dtype=int8), array([-1,  1]))
    """
    rest = tuple(range(1, weights.ndim))
    signs, found = np.where(weights.max(axis=rest) > INT8.max, -1, 1), weights
    if signs.min() < 0:
        found = weights * signs.astype(np.int16).reshape(-1, *[1] * len(rest))
    low, high = int(found.min()), int(found.max())
    if low < INT8.min or high > INT8.max:
        raise UnsupportedError(
            f"weights less their zero point are {weights.min()} to {weights.max()}, beyond 8 "
            "bits: the chip's weights have no zero point"
        )
    return found.astype(np.int8), signs


def fraction(real: float) -> tuple[int, int]:
    """(factor, shift): ``real ~ factor / 2**shift``, with 15 bits. Raises `UnsupportedError`.

    >>> fraction(0.75)
    (24576, 15)
    """
    if real == 0:
        return 0, 0
    shift = min(MOST_SHIFT, math.floor(math.log2(LARGEST_FACTOR / abs(real))))
    if shift < 0:
        raise UnsupportedError(f"a factor of {real:.3g}, at most {LARGEST_FACTOR}")
    return round(real * 2.0**shift), shift


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """Sums -> results: ``(sum + (addends << addend_shift)) * factors >> shift``, (K,) each.

    *loss* is the largest error before the final rounding, in LSB of the output.
    """

    addends: Int16s
    addend_shift: int
    factors: Int16s
    shift: int
    loss: float


def scaling(scales: Float64s, bias: Int64s, reach: Int64s) -> Scaling:
    """For results of ``(sum + bias) * scales``; *reach* is the largest absolute sum; (K,) each.

    Raises `UnsupportedError` if the sums leave 32 bits, or 16 bits lose too much.
    """
    most = int((reach + np.abs(bias)).max())
    if most > LARGEST_SUM:
        raise UnsupportedError(f"sums may reach {most:,}, at most {LARGEST_SUM:,}")
    _, shift = fraction(float(scales.max()))
    factors = np.rint(scales * 2.0**shift)
    addends, addend_shift = addend(bias)
    lost = np.abs(bias - (addends.astype(np.int64) << addend_shift)) * scales
    seen = np.minimum((reach + np.abs(bias)).astype(np.float64), RANGE / scales)
    inexact = np.abs(factors * 2.0**-shift - scales) * seen
    loss = float((lost + inexact).max())
    if loss > LARGEST_LOSS:
        what = "biases" if lost.max() > inexact.max() else "scales"
        raise UnsupportedError(
            f"{what} too far apart for 16 bits: {loss:.2g} LSB lost, at most {LARGEST_LOSS}"
        )
    return Scaling(addends, addend_shift, factors.astype(np.int16), shift, loss)


def addend(values: Int64s) -> tuple[Int16s, int]:
    """(addends, shift): ``values ~ addends << shift``, with as small a shift as possible.

    >>> addend(np.array([100000, -3]))
    (array([25000,    -1], dtype=int16), 2)
    """
    largest = int(np.abs(values).max(initial=0))
    shift = max(largest.bit_length() - 15, 0)
    rounded = np.rint(values / 2.0**shift)
    return np.clip(rounded, INT16.min, INT16.max).astype(np.int16), shift
