# SPDX-License-Identifier: MIT
"""The error function. As `npucore.ops.Erf` defines it."""

from __future__ import annotations

import math

import numpy as np

from npucore.ops import Erf
from npucore.quantize import Rounding
from npucore.reference.kernel import Kernel
from npucore.reference.unary import prepare_unary, refuse_unary
from npucore.tensor import Array

_ERF = np.frompyfunc(math.erf, 1, 1)  # numpy has none


def refuse(op: Erf) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_unary(op, op.input, op.output)


def prepare(op: Erf, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for floats."""
    return prepare_unary(op.input, op.output, erf, rounding)


def erf(x: Array) -> Array:
    """The error function in the dtype of *x*, correctly rounded but for its last bit."""
    result: Array = np.asarray(_ERF(x)).astype(x.dtype)
    return result
