# SPDX-License-Identifier: MIT
"""Local response normalization, as `npucore.ops.LocalResponse` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import LocalResponse
from npucore.quantize import Rounding
from npucore.reference.kernel import FLOATS, Judge, Kernel, dtypes_refusal
from npucore.tensor import Array

JUDGE = Judge.ONNX


def refuse(op: LocalResponse) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return dtypes_refusal(op, *FLOATS, tensors=(op.input, op.output))


def prepare(op: LocalResponse, rounding: Rounding) -> Kernel:
    """One addition for each neighbour, in float64."""
    channels = op.input.shape[-1]

    def run(x: Array) -> Array:
        squares = np.square(x, dtype=np.float64)
        total = np.zeros(x.shape)
        for offset in range(-min(op.before, channels), min(op.after, channels) + 1):
            low, high = max(0, -offset), min(channels, channels - offset)
            if low < high:
                total[..., low:high] += squares[..., low + offset : high + offset]
        return np.asarray(x / (op.bias + op.alpha * total) ** op.beta).astype(x.dtype)

    return run
