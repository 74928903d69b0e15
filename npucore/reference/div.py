# SPDX-License-Identifier: MIT
"""Division, as `npucore.ops.Div` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Div
from npucore.quantize import Rounding
from npucore.reference.binary import prepare_real
from npucore.reference.kernel import FLOATS, Judge, Kernel, dtypes_refusal

JUDGE = Judge.LITERT


def refuse(op: Div) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return dtypes_refusal(op, *FLOATS, tensors=(op.a, op.b, op.output))


def prepare(op: Div, rounding: Rounding) -> Kernel:
    """Plain numpy; what is divided by 0 is what numpy makes of it."""
    return prepare_real(np.divide, op.output, op.activation, rounding)
