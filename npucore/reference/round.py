# SPDX-License-Identifier: MIT
"""The nearest integer. As `npucore.ops.Round` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Round
from npucore.quantize import Rounding
from npucore.reference.kernel import Kernel
from npucore.reference.unary import prepare_unary, refuse_unary


def refuse(op: Round) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_unary(op, op.input, op.output)


def prepare(op: Round, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for floats."""
    return prepare_unary(op.input, op.output, np.rint, rounding)
