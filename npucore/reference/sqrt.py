# SPDX-License-Identifier: MIT
"""Square root, as `npucore.ops.Sqrt` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Sqrt
from npucore.quantize import Int64s, Rounding
from npucore.reference.kernel import BYTES, Judge, Kernel
from npucore.reference.table import lookup
from npucore.reference.unary import prepare_unary, refuse_unary
from npucore.tensor import Array

JUDGE = Judge.LITERT
UNCONFIRMED = (np.uint8,)


def refuse(op: Sqrt) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_unary(op, op.input, op.output)


def prepare(op: Sqrt, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for floats. Stored numbers below real 0 count as 0."""
    if op.input.dtype not in BYTES or rounding is Rounding.EXACT:
        return prepare_unary(op.input, op.output, sqrt, rounding)

    def stored(x: Int64s) -> Array:
        """Towards 0; LiteRT fails below 0. Source: TFLite elementwise SqrtEvalQuantized."""
        centred = np.maximum(x - int(op.input.q.zero_point), 0)
        root = np.sqrt(op.input.q.scale * centred.astype(np.float32))
        return np.trunc(root / op.output.q.scale).astype(np.int64) + int(op.output.q.zero_point)

    return lookup(op.input, op.output, stored)


def sqrt(x: Array) -> Array:
    """The square root in the dtype of *x*; not a number below 0 in float32, else 0."""
    if x.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            result: Array = np.sqrt(x)
        return result
    return np.asarray(np.sqrt(np.maximum(x, 0)))
