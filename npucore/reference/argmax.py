# SPDX-License-Identifier: MIT
"""Where the largest value stands, as `npucore.ops.Argmax` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Argmax
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.LITERT
UNCONFIRMED = (np.int64,)


def refuse(op: Argmax) -> str | None:
    """Any numbers; int32 or int64 indices."""
    if op.output.dtype in (np.int32, np.int64):
        return None
    return f"indices of {op.output.dtype}"


def prepare(op: Argmax, rounding: Rounding) -> Kernel:
    """Plain numpy: the first of equals."""
    choose = np.argmin if op.smallest else np.argmax

    def run(x: Array) -> Array:
        return np.asarray(choose(x, axis=op.axis), op.output.dtype)

    return run
