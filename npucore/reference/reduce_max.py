# SPDX-License-Identifier: MIT
"""Maxima over axes, as `npucore.ops.ReduceMax` defines them."""

from __future__ import annotations

import numpy as np

from npucore.ops import ReduceMax
from npucore.quantize import Rounding
from npucore.reference.kernel import BYTES, Judge, Kernel, moved_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT
UNCONFIRMED = BYTES


def refuse(op: ReduceMax) -> str | None:
    """Stored numbers are compared as they are, so both sides have one meaning."""
    a, b = op.input.quantization, op.output.quantization
    if a is not b and (a is None or b is None or not a.same_as(b)):
        return "input and output differ in quantization"
    return moved_refusal(op)


def prepare(op: ReduceMax, rounding: Rounding) -> Kernel:
    """Numpy's maximum; of nothing it is the least number of the dtype."""
    dtype = op.input.dtype
    if dtype.kind == "f":
        least: float | int | bool = -np.inf
    else:
        least = False if dtype.kind == "b" else int(np.iinfo(dtype).min)

    def run(x: Array) -> Array:
        return np.asarray(x.max(op.axes, initial=least)).reshape(op.output.shape)

    return run
