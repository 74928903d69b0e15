# SPDX-License-Identifier: MIT
"""Matrix products of two computed tensors, as `npucore.ops.BatchMatmul` defines them."""

from __future__ import annotations

import numpy as np

from npucore.ops import BatchMatmul
from npucore.quantize import Rounding, multiplier
from npucore.reference.fixed_point import rescale_wide
from npucore.reference.kernel import (
    FLOATS,
    STORED,
    Judge,
    Kernel,
    dtypes_refusal,
    quantized_refusal,
)
from npucore.reference.table import rescaled, saturate
from npucore.tensor import Array

JUDGE = Judge.LITERT
UNCONFIRMED = (np.uint8,)


def refuse(op: BatchMatmul) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    tensors = (op.a, op.b, op.output)
    return dtypes_refusal(op, *FLOATS, *STORED, tensors=tensors) or quantized_refusal(op)


def prepare(op: BatchMatmul, rounding: Rounding) -> Kernel:
    """Numpy's product, of integers in float64. Source: TFLite reference BatchMatMul."""

    def turned(a: Array, b: Array) -> tuple[Array, Array]:
        return (
            a.swapaxes(-1, -2) if op.transpose_a else a,
            b.swapaxes(-1, -2) if op.transpose_b else b,
        )

    if op.a.dtype.kind == "f":
        return lambda a, b: np.matmul(*turned(a, b))
    qa, qb, qo = op.a.q, op.b.q, op.output.q
    real = float(np.float32(qa.scale * qb.scale)) / float(qo.scale)

    def run(a: Array, b: Array) -> Array:
        left = a.astype(np.float64) - int(qa.zero_point)
        right = b.astype(np.float64) - int(qb.zero_point)
        total = np.matmul(*turned(left, right)).astype(np.int64)
        if op.a.dtype == np.int16 and rounding is Rounding.TFLITE:
            return saturate(rescale_wide(total, *multiplier(real)), op.output.dtype)
        return saturate(rescaled(total, real, rounding) + int(qo.zero_point), op.output.dtype)

    return run
