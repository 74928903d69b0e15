# SPDX-License-Identifier: MIT
"""Rectifiers, as `npucore.ops.Relu` defines them."""

from __future__ import annotations

import numpy as np

from npucore.ops import Relu
from npucore.quantize import REAL_BOUNDS, Int64s, Rounding, activation_bounds
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.table import lookup, rescaled
from npucore.reference.unary import refuse_unary
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Relu) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_unary(op, op.input, op.output, wide=True)


def prepare(op: Relu, rounding: Rounding) -> Kernel:
    """A table for bytes, a clamp for floats. Source: TFLite reference ReluX."""
    if op.input.dtype.kind == "f":
        low_bound, high_bound = (
            None if bound is None else op.input.dtype.type(bound)
            for bound in REAL_BOUNDS[op.activation]
        )

        def clamp(x: Array) -> Array:
            clamped: Array = np.clip(x, low_bound, high_bound)
            return clamped

        return clamp
    qi, qo = op.input.q, op.output.q
    real = float(qi.scale / qo.scale)
    low, high = activation_bounds(op.activation, op.output)

    def stored(x: Int64s) -> Array:
        moved = rescaled(x - int(qi.zero_point), real, rounding) + int(qo.zero_point)
        return np.asarray(np.clip(moved, low, high))

    return lookup(op.input, op.output, stored)
