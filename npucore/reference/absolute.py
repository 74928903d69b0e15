# SPDX-License-Identifier: MIT
"""Absolute value, as `npucore.ops.Absolute` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Absolute
from npucore.quantize import Int64s, Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.table import lookup, rescaled
from npucore.reference.unary import refuse_unary
from npucore.tensor import Array

JUDGE = Judge.LITERT
UNCONFIRMED = (np.uint8,)


def refuse(op: Absolute) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if op.input.dtype.kind == "i" and op.input.quantization is None:
        return (
            None if op.input.dtype == op.output.dtype else f"{op.input.dtype} to {op.output.dtype}"
        )
    return refuse_unary(op, op.input, op.output, wide=True)


def prepare(op: Absolute, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for floats. Source: TFLite elementwise AbsEvalQuantized."""
    if op.input.dtype.kind == "f" or op.input.quantization is None:
        return np.abs
    qi, qo = op.input.q, op.output.q
    real = float(qi.scale / qo.scale)

    def stored(x: Int64s) -> Array:
        return rescaled(np.abs(x - int(qi.zero_point)), real, rounding) + int(qo.zero_point)

    return lookup(op.input, op.output, stored)
