# SPDX-License-Identifier: MIT
"""The natural logarithm. As `npucore.ops.Log` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Log
from npucore.quantize import Rounding
from npucore.reference.kernel import Kernel
from npucore.reference.unary import prepare_unary, refuse_unary


def refuse(op: Log) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_unary(op, op.input, op.output)


def prepare(op: Log, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for floats."""
    return prepare_unary(op.input, op.output, np.log, rounding)
