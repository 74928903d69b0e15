# SPDX-License-Identifier: MIT
"""Hard swish, as `npucore.ops.HSwish` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import HSwish
from npucore.quantize import Rounding
from npucore.reference.kernel import Kernel
from npucore.reference.unary import prepare_unary, refuse_unary
from npucore.tensor import Array


def refuse(op: HSwish) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_unary(op, op.input, op.output)


def prepare(op: HSwish, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for floats."""
    return prepare_unary(op.input, op.output, hswish, rounding)


def hswish(x: Array) -> Array:
    """``x * clamp(x + 3, 0, 6) / 6`` in the dtype of *x*."""
    kind = x.dtype.type
    result: Array = x * np.clip(x + kind(3), kind(0), kind(6)) / kind(6)
    return result
