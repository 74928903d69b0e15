# SPDX-License-Identifier: MIT
"""The exponential function. As `npucore.ops.Exp` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Exp
from npucore.quantize import Rounding
from npucore.reference.kernel import Kernel
from npucore.reference.unary import prepare_unary, refuse_unary


def refuse(op: Exp) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_unary(op, op.input, op.output, wide=True)


def prepare(op: Exp, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for floats."""
    return prepare_unary(op.input, op.output, np.exp, rounding)
