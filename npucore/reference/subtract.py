# SPDX-License-Identifier: MIT
"""Subtraction, as `npucore.ops.Subtract` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Subtract
from npucore.quantize import Int64s, Rounding
from npucore.reference.binary import prepare_real, prepare_stored, refuse_binary
from npucore.reference.kernel import Judge, Kernel, is_stored
from npucore.reference.sum import Addends
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Subtract) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_binary(op, op.a, op.b, op.output)


def prepare(op: Subtract, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for other numbers."""
    if not is_stored(op.a):
        return prepare_real(np.subtract, op.output, op.activation, rounding)
    addends = Addends(op.a, op.b, op.output, rounding)

    def stored(a: Int64s, b: Int64s) -> Array:
        return addends.requantized(addends.left(a) - addends.right(b))

    return prepare_stored(stored, op.output, op.activation)
