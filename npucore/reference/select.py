# SPDX-License-Identifier: MIT
"""One of two, as `npucore.ops.Select` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Select
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel

JUDGE = Judge.LITERT


def refuse(op: Select) -> str | None:
    """A bool condition; stored numbers are moved as they are, so the rest is alike."""
    if op.condition.dtype != np.bool_:
        return f"a condition of {op.condition.dtype}"
    tensors = (op.a, op.b, op.output)
    if len({tensor.dtype for tensor in tensors}) > 1:
        return f"{op.name} of {', '.join(str(tensor.dtype) for tensor in tensors)}"
    meanings = [tensor.quantization for tensor in tensors]
    first = meanings[0]
    if all(other is None for other in meanings):
        return None
    if first is None or not all(other is not None and first.same_as(other) for other in meanings):
        return "operands and output differ in quantization"
    return None


def prepare(op: Select, rounding: Rounding) -> Kernel:
    """Plain numpy."""
    return np.where
