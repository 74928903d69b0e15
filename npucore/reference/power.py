# SPDX-License-Identifier: MIT
"""Powers, as `npucore.ops.Power` defines them."""

from __future__ import annotations

import numpy as np

from npucore.ops import Power
from npucore.quantize import Rounding
from npucore.reference.kernel import FLOATS, Judge, Kernel, dtypes_refusal

JUDGE = Judge.ONNX


def refuse(op: Power) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return dtypes_refusal(op, *FLOATS, np.int32, tensors=(op.a, op.b, op.output))


def prepare(op: Power, rounding: Rounding) -> Kernel:
    """Plain numpy; integers to a power below 0 are 0, as if rounded."""
    if op.a.dtype.kind == "f":
        return np.power
    return lambda a, b: np.where(b < 0, 0, np.power(a, np.maximum(b, 0)))
