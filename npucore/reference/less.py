# SPDX-License-Identifier: MIT
"""Comparison, as `npucore.ops.Less` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Less
from npucore.quantize import Rounding
from npucore.reference.comparison import refuse_comparison
from npucore.reference.kernel import BYTES, Judge, Kernel

JUDGE = Judge.LITERT
UNCONFIRMED = BYTES


def refuse(op: Less) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_comparison(op, op.a, op.b, op.output)


def prepare(op: Less, rounding: Rounding) -> Kernel:
    """Plain numpy."""
    return np.less
