# SPDX-License-Identifier: MIT
"""Division, rounded down, as `npucore.ops.FloorDiv` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Activation, FloorDiv
from npucore.quantize import Rounding
from npucore.reference.binary import INTEGERS, prepare_real
from npucore.reference.kernel import FLOATS, Kernel, dtypes_refusal
from npucore.tensor import Array


def refuse(op: FloorDiv) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return dtypes_refusal(op, *FLOATS, *INTEGERS, tensors=(op.a, op.b, op.output))


def prepare(op: FloorDiv, rounding: Rounding) -> Kernel:
    """Plain numpy; what is divided by 0 is what numpy makes of it."""

    def divide(a: Array, b: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.floor_divide(a, b)

    return prepare_real(divide, op.output, Activation.NONE)
