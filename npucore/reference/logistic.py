# SPDX-License-Identifier: MIT
"""The logistic function, as `npucore.ops.Logistic` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Logistic
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.unary import prepare_unary, refuse_fixed
from npucore.reference.wide import wide_logistic
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Logistic) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_fixed(op, op.input, op.output)


def prepare(op: Logistic, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for floats."""
    if op.input.dtype == np.int16:
        return wide_logistic(op.input)
    return prepare_unary(op.input, op.output, logistic, rounding)


def logistic(x: Array) -> Array:
    """``1 / (1 + exp(-x))`` in the dtype of *x*, without overflow."""
    one = x.dtype.type(1)
    decay = np.exp(-np.abs(x))
    result: Array = np.where(x >= 0, one, decay) / (one + decay)
    return result
