# SPDX-License-Identifier: MIT
"""Stored integers to real numbers, as `npucore.ops.Dequantize` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Dequantize
from npucore.quantize import Rounding
from npucore.reference.kernel import STORED, Judge, Kernel, quantized_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Dequantize) -> str | None:
    """Stored integers and float16 to float32."""
    if op.output.dtype != np.float32 or op.input.dtype not in (*STORED, np.float16):
        return f"{op.name} of {op.input.dtype} to {op.output.dtype}"
    return quantized_refusal(op)


def prepare(op: Dequantize, rounding: Rounding) -> Kernel:
    """Source: TFLite Dequantize: ``double(scale) * (x - zero_point)``.

    Of bytes the difference has 9 bits and the product with a scale's 24 fits a double, so that one
    product of float32 rounds once as well, to the same number.
    """
    if op.input.dtype == np.float16:
        return lambda x: x.astype(np.float32)
    q = op.input.q
    if op.input.dtype == np.int16:
        scale, zero = float(q.scale), int(q.zero_point)
        return lambda x: (scale * (x.astype(np.int64) - zero)).astype(np.float32)
    zero_point, factor = np.float32(q.zero_point), np.float32(q.scale)

    def run(x: Array) -> Array:
        real = x.astype(np.float32)
        real -= zero_point
        real *= factor
        return real

    return run
