# SPDX-License-Identifier: MIT
"""The chip's arithmetic: addends of 16 bits with a shift, factors of 16 bits with a shift.

What rounding them loses is computed, in LSB of the output, and bounded.
Source: hardware reference 2.5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

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
NEGLIGIBLE = 0.05  # LSB
FAR_BELOW = 2.0**-7  # a scale that leaves a factor 8 bits of 15
RANGE = 256  # LSB from the smallest result to the largest; beyond, they saturate
INT8, INT16 = np.iinfo(np.int8), np.iinfo(np.int16)


def sign_offset(tensor: Tensor) -> int:
    """The number that makes stored values int8 when it is taken off."""
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


def steady(scales: Float64s, bias: Int64s, reach: Int64s) -> npt.NDArray[np.bool_]:
    """(K,): kernels whose sums, whatever the input, move their result by next to nothing.

    Training leaves such kernels: their scale is a fraction of the others', their bias huge.
    """
    top = float(scales.max())
    small = (reach * scales <= NEGLIGIBLE) & (scales < top * FAR_BELOW)
    found: npt.NDArray[np.bool_] = small & (top <= NEGLIGIBLE)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """Sums -> results: ``(sum + (addends << addend_shift)) * factors >> shift``, (K,) each.

    *rest*, if there is one, is added as well: what the shift has cut off. *loss* is the largest
    error before the final rounding, in LSB of the output.
    """

    addends: Int16s
    addend_shift: int
    factors: Int16s
    shift: int
    loss: float
    rest: Int16s | None = None


def scaling(scales: Float64s, bias: Int64s, reach: Int64s, second: bool = False) -> Scaling:
    """For results of ``(sum + bias) * scales``; *reach* is the largest absolute sum; (K,) each.

    With *second*, the stage of the factor has room for an addend: then no bit of a bias is lost.
    Kernels that are `steady` have to sum nothing: their result is a constant. Raises
    `UnsupportedError` if the sums leave 32 bits, or 16 bits lose too much.
    """
    constant = steady(scales, bias, reach)
    if constant.any():
        found = scaling(*_replaced(scales, bias, reach, constant), second)
        moved = float((reach * scales)[constant].max()) + float(scales.max()) / 2
        return replace(found, loss=max(found.loss, moved))
    most = int((reach + np.abs(bias)).max())
    if most > LARGEST_SUM:
        raise UnsupportedError(f"sums may reach {most:,}, at most {LARGEST_SUM:,}")
    _, shift = fraction(float(scales.max()))
    factors = np.rint(scales * 2.0**shift)
    addends, addend_shift = addend(bias)
    rest = bias - (addends.astype(np.int64) << addend_shift)
    second = second and bool(rest.any()) and bool((np.abs(rest) <= INT16.max).all())
    lost = np.zeros(len(bias)) if second else np.abs(rest) * scales
    seen = np.minimum((reach + np.abs(bias)).astype(np.float64), RANGE / scales)
    inexact = np.abs(factors * 2.0**-shift - scales) * seen
    loss = float((lost + inexact).max())
    if loss > LARGEST_LOSS:
        what = "biases" if lost.max() > inexact.max() else "scales"
        raise UnsupportedError(
            f"{what} too far apart for 16 bits: {loss:.2g} LSB lost, at most {LARGEST_LOSS}"
        )
    held = rest.astype(np.int16) if second else None
    return Scaling(addends, addend_shift, factors.astype(np.int16), shift, loss, held)


def _replaced(
    scales: Float64s, bias: Int64s, reach: Int64s, constant: npt.NDArray[np.bool_]
) -> tuple[Float64s, Int64s, Int64s]:
    """The same results with the largest scale for *constant* kernels, which sum nothing."""
    top = float(scales.max())
    results = np.clip(bias * scales, -4 * RANGE, 4 * RANGE)
    return (
        np.where(constant, top, scales),
        np.where(constant, np.rint(results / top).astype(np.int64), bias),
        np.where(constant, 0, reach),
    )


def addend(values: Int64s) -> tuple[Int16s, int]:
    """(addends, shift): ``values ~ addends << shift``, with as small a shift as possible.

    >>> addend(np.array([100000, -3]))
    (array([25000,    -1], dtype=int16), 2)
    """
    largest = int(np.abs(values).max(initial=0))
    shift = max(largest.bit_length() - 15, 0)
    rounded = np.rint(values / 2.0**shift)
    return np.clip(rounded, INT16.min, INT16.max).astype(np.int16), shift
