# SPDX-License-Identifier: MIT
"""Normalization, as `npucore.ops.Normalize` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Normalize
from npucore.quantize import Rounding
from npucore.reference.kernel import FLOATS, Judge, Kernel, dtypes_refusal
from npucore.tensor import Array

JUDGE = Judge.ONNX


def refuse(op: Normalize) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return dtypes_refusal(op, *FLOATS, tensors=(op.input, op.output))


def prepare(op: Normalize, rounding: Rounding) -> Kernel:
    """Two passes in float64."""

    def run(x: Array) -> Array:
        wide = x.astype(np.float64)
        if op.centred:
            wide -= wide.mean(op.axes, keepdims=True)
        spread = np.sqrt(np.square(wide).mean(op.axes, keepdims=True) + op.epsilon)
        return np.asarray(wide / spread).astype(op.output.dtype)

    return run
