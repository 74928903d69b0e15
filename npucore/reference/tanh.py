# SPDX-License-Identifier: MIT
"""The hyperbolic tangent, as `npucore.ops.Tanh` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Tanh
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.unary import prepare_unary, refuse_fixed
from npucore.reference.wide import wide_tanh
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Tanh) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_fixed(op, op.input, op.output)


def prepare(op: Tanh, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for floats."""
    if op.input.dtype == np.int16:
        return wide_tanh(op.input)
    return prepare_unary(op.input, op.output, tanh, rounding)


def tanh(x: Array) -> Array:
    """The hyperbolic tangent in the dtype of *x*."""
    result: Array = np.tanh(x)
    return result
