# SPDX-License-Identifier: MIT
"""How the chip's shifters round: half to even, by two parties of three on RK3588 boards.

Source: facts of 2026-11, 0.7.
"""

from __future__ import annotations

from enum import Enum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


class Rounding(Enum):
    """Where a half goes: to even while CVT_ROUND is 0, as it is in all streams."""

    HALF_UP = "half up"
    HALF_AWAY = "half away from 0"
    HALF_EVEN = "half to even"


def shift_right(values: Floats, shift: int, rounding: Rounding) -> None:
    """``values / 2**shift``, rounded to nearest, in place.

    Exact while ``abs(values) + 2**shift`` stays within the mantissa of *values*, which are
    integers.

    >>> def halves(rounding):
    ...     values = np.array([-3.0, -1, 1, 3, 5])
    ...     shift_right(values, 1, rounding)
    ...     return values.astype(int).tolist()
    >>> [halves(rounding) for rounding in Rounding]
    [[-1, 0, 1, 2, 3], [-2, -1, 1, 2, 3], [-2, 0, 0, 2, 2]]
    """
    if shift == 0:
        return
    values *= 2.0**-shift
    if rounding is Rounding.HALF_EVEN:
        np.rint(values, out=values)
    elif rounding is Rounding.HALF_UP:
        values += 0.5
        np.floor(values, out=values)
    else:
        values += np.copysign(values.dtype.type(0.5), values)
        np.trunc(values, out=values)
