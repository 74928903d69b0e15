# SPDX-License-Identifier: MIT
"""Reciprocal square root, as `npucore.ops.Rsqrt` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Rsqrt
from npucore.quantize import Rounding
from npucore.reference.kernel import FLOATS, Judge, Kernel, dtypes_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Rsqrt) -> str | None:
    """Floats only: TFLite's integer rule has no oracle here."""
    return dtypes_refusal(op, *FLOATS, tensors=(op.input, op.output))


def prepare(op: Rsqrt, rounding: Rounding) -> Kernel:
    """Plain numpy."""

    def run(x: Array) -> Array:
        result: Array = x.dtype.type(1) / np.sqrt(x)
        return result

    return run
