# SPDX-License-Identifier: MIT
"""The leaky rectifier, as `npucore.ops.LeakyRelu` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import LeakyRelu
from npucore.quantize import Int64s, Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.table import lookup, real_function, rescaled
from npucore.reference.unary import refuse_unary
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: LeakyRelu) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_unary(op, op.input, op.output, wide=True)


def prepare(op: LeakyRelu, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for floats. Source: TFLite reference QuantizeLeakyRelu."""
    alpha = op.input.dtype.type(op.alpha) if op.input.dtype.kind == "f" else np.float32(op.alpha)

    rises = 0 <= alpha <= 1  # then the larger of both is the right one, in half the time

    def run(x: Array) -> Array:
        sloped = x * alpha
        result: Array = np.maximum(x, sloped) if rises else np.where(x > 0, x, sloped)
        return result

    if op.input.dtype.kind == "f":
        return run
    if rounding is Rounding.EXACT:
        return lookup(op.input, op.output, real_function(op.input, op.output, run, rounding))
    qi, qo = op.input.q, op.output.q
    identity = float(qi.scale) / float(qo.scale)
    slope = float(qi.scale) * float(alpha) / float(qo.scale)

    def stored(x: Int64s) -> Array:
        centred = x - int(qi.zero_point)
        above = rescaled(centred, identity, rounding)
        below = rescaled(centred, abs(slope), rounding) * (-1 if slope < 0 else 1)
        return np.where(centred >= 0, above, below) + int(qo.zero_point)

    return lookup(op.input, op.output, stored)
