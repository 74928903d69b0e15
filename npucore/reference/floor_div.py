# SPDX-License-Identifier: MIT
"""Division, rounded down, as `npucore.ops.FloorDiv` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Activation, FloorDiv
from npucore.quantize import Rounding
from npucore.reference.binary import INTEGERS, prepare_real
from npucore.reference.kernel import FLOATS, Judge, Kernel, dtypes_refusal

JUDGE = Judge.LITERT
UNCONFIRMED = (np.int64,)


def refuse(op: FloorDiv) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return dtypes_refusal(op, *FLOATS, *INTEGERS, tensors=(op.a, op.b, op.output))


def prepare(op: FloorDiv, rounding: Rounding) -> Kernel:
    """Plain numpy; what is divided by 0 is what numpy makes of it."""
    return prepare_real(np.floor_divide, op.output, Activation.NONE, rounding)
