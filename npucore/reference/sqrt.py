# SPDX-License-Identifier: MIT
"""The square root, as `npucore.ops.Sqrt` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Sqrt
from npucore.quantize import Rounding
from npucore.reference.kernel import Kernel
from npucore.reference.unary import prepare_unary, refuse_unary
from npucore.tensor import Array


def refuse(op: Sqrt) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_unary(op, op.input, op.output)


def prepare(op: Sqrt, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for floats."""
    return prepare_unary(op.input, op.output, sqrt, rounding)


def sqrt(x: Array) -> Array:
    """The square root in the dtype of *x*; not a number below 0."""
    result: Array = np.sqrt(x)
    return result
