# SPDX-License-Identifier: MIT
"""How shifters round and converters saturate.

Numbers are float64 that hold integers: the widest products have 49 bits.
Source: hardware reference 2.5.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def shift_right(values: Floats, shift: int) -> None:
    """``values / 2**shift`` to the nearest integer, halves away from 0, in place.

    >>> values = np.array([-3.0, -1, 1, 3, 5])
    >>> shift_right(values, 1)
    >>> values.astype(int).tolist()
    [-2, -1, 1, 2, 3]
    """
    if shift == 0:
        return
    values *= 2.0**-shift
    round_half_away(values)


def round_half_away(values: Floats) -> None:
    """To the nearest integer, in place."""
    values += np.copysign(0.5, values)
    np.trunc(values, out=values)


def saturate(values: Floats, bits: int) -> None:
    """To what a number of so many bits with a sign holds, in place."""
    np.maximum(values, -(2.0 ** (bits - 1)), out=values)
    np.minimum(values, 2.0 ** (bits - 1) - 1, out=values)
