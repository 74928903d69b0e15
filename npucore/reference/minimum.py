# SPDX-License-Identifier: MIT
"""The minimum, as `npucore.ops.Minimum` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Minimum
from npucore.quantize import Rounding
from npucore.reference.binary import refuse_binary
from npucore.reference.kernel import Judge, Kernel, is_stored

JUDGE = Judge.LITERT


def refuse(op: Minimum) -> str | None:
    """Stored integers are compared as they are, so all must have one quantization."""
    if reason := refuse_binary(op, op.a, op.b, op.output):
        return reason
    if is_stored(op.a) and not (op.a.q.same_as(op.b.q) and op.a.q.same_as(op.output.q)):
        return "operands and output differ in quantization"
    return None


def prepare(op: Minimum, rounding: Rounding) -> Kernel:
    """Plain numpy."""
    return np.minimum
