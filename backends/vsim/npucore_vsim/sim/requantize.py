# SPDX-License-Identifier: MIT
"""Sums -> stored bytes, as the NN cores do it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Float64s = npt.NDArray[np.float64]
EXACT = 1 << 53  # up to here doubles hold every integer


def requantize(
    sums: Float64s, multiplier: int, shift: int, zero_point: int
) -> npt.NDArray[np.int64]:
    """``round(sums * multiplier / 2**shift) + zero_point``, halves to even; not clamped.

    Source: vsim hardware reference 3, byte-equal to VeriSilicon's simulator.

    >>> requantize(np.array([-3.0, -1.0, 1.0, 3.0, 5.0]), 1, 1, 100).tolist()
    [98, 100, 100, 102, 102]
    """
    largest = float(np.abs(sums).max(initial=0)) * multiplier
    if largest < EXACT:
        return np.rint(sums * (multiplier * 2.0**-shift)).astype(np.int64) + zero_point
    product = sums.astype(np.int64) * multiplier
    half = 1 << shift - 1
    whole, rest = product >> shift, product & (1 << shift) - 1
    up = (rest > half) | ((rest == half) & (whole & 1 == 1))
    rounded: npt.NDArray[np.int64] = whole + up + zero_point
    return rounded
