# SPDX-License-Identifier: MIT
"""A change of dtype, as `npucore.ops.Cast` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Cast
from npucore.quantize import Rounding, stored_range
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Cast) -> str | None:
    """Nothing is refused."""
    return None


def prepare(op: Cast, rounding: Rounding) -> Kernel:
    """Towards 0 from float to integer, saturated; not a number becomes the largest integer.

    Of complex numbers the real part is taken, where the result has one part.

    Source: LiteRT cast.cc, SaturateCast.
    """
    dtype = op.output.dtype
    if op.input.dtype.kind == "c" != dtype.kind:
        return lambda x: x.real.astype(dtype)
    if op.input.dtype.kind != "f" or dtype.kind not in "iu":
        return lambda x: x.astype(dtype)
    low, high = stored_range(dtype)

    def run(x: Array) -> Array:
        with np.errstate(invalid="ignore"):
            below = np.where(x < float(high + 1), x.astype(dtype), dtype.type(high))
        cast: Array = np.where(x <= float(low), dtype.type(low), below)
        return cast

    return run
