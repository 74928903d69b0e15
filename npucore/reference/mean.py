# SPDX-License-Identifier: MIT
"""The mean over axes, as `npucore.ops.Mean` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Mean
from npucore.quantize import Rounding, multiplier
from npucore.reference.fixed_point import rescale
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.table import saturate
from npucore.reference.unary import refuse_unary
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Mean) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_unary(op, op.input, op.output, wide=True)


def prepare(op: Mean, rounding: Rounding) -> Kernel:
    """Sums in int64, one multiplication. Source: TFLite reference QuantizedMeanOrSum."""
    axes, shape = op.axes, op.output.shape
    if op.input.dtype.kind == "f":

        def run(x: Array) -> Array:
            mean: Array = x.sum(axes, dtype=x.dtype) / x.dtype.type(op.count)
            return mean.reshape(shape)

        return run
    qi, qo = op.input.q, op.output.q
    real = float(qi.scale) / float(qo.scale)
    m, shift = multiplier(real)
    up = min(op.count.bit_length() - 1, 32, 31 + shift)

    # Source of the exact rule: ONNX Runtime, MLAS QLinearGlobalAveragePool.
    nearest = qi.scale / (qo.scale * np.float32(op.count))

    def run_stored(x: Array) -> Array:
        total = x.sum(axes, dtype=np.int64) - op.count * int(qi.zero_point)
        if rounding is Rounding.TFLITE:
            mean = rescale(total, (m << up) // op.count, shift - up)
        else:
            mean = np.rint(total.astype(np.float32) * nearest).astype(np.int64)
        return saturate(mean + int(qo.zero_point), op.output.dtype).reshape(shape)

    return run_stored
