# SPDX-License-Identifier: MIT
"""A change of quantization, as `npucore.ops.Quantize` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Quantize
from npucore.quantize import Int64s, Rounding, round_half_away
from npucore.reference.kernel import STORED, Judge, Kernel, dtypes_refusal, quantized_refusal
from npucore.reference.table import lookup, real_function, rescaled, saturate
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Quantize) -> str | None:
    """Float32 or bytes to bytes."""
    if op.input.dtype != np.float32 and op.input.dtype not in STORED:
        return f"{op.name} of {op.input.dtype}"
    return dtypes_refusal(op, *STORED, tensors=(op.output,)) or quantized_refusal(op)


def prepare(op: Quantize, rounding: Rounding) -> Kernel:
    """A table for bytes. Source: TFLite AffineQuantize, Requantize."""
    scale, zero = op.output.q.scale, int(op.output.q.zero_point)
    if op.input.dtype == np.float32:
        nearest = round_half_away if rounding is Rounding.TFLITE else np.rint

        def run(x: Array) -> Array:
            stored = np.nan_to_num(nearest(x / scale)) + np.float32(zero)
            return saturate(stored, op.output.dtype)

        return run
    qi = op.input.q
    if rounding is Rounding.EXACT:  # as DequantizeLinear and QuantizeLinear of ONNX
        return lookup(op.input, op.output, real_function(op.input, op.output, np.asarray, rounding))
    real = float(qi.scale) / float(scale)

    def stored(x: Int64s) -> Array:
        return rescaled(x - int(qi.zero_point), real, rounding) + zero

    return lookup(op.input, op.output, stored)
