# SPDX-License-Identifier: MIT
"""The error function. As `npucore.ops.Erf` defines it."""

from __future__ import annotations

from npucore.ops import Erf
from npucore.quantize import Rounding
from npucore.reference.error_function import erf
from npucore.reference.kernel import Kernel
from npucore.reference.unary import prepare_unary, refuse_unary


def refuse(op: Erf) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_unary(op, op.input, op.output)


def prepare(op: Erf, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for floats."""
    return prepare_unary(op.input, op.output, erf, rounding)
