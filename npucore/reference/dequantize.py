# SPDX-License-Identifier: MIT
"""Stored integers to real numbers, as `npucore.ops.Dequantize` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Dequantize
from npucore.quantize import Rounding
from npucore.reference.kernel import STORED, Judge, Kernel, quantized_refusal
from npucore.reference.table import every_value
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Dequantize) -> str | None:
    """Stored integers and float16 to float32."""
    if op.output.dtype != np.float32 or op.input.dtype not in (*STORED, np.float16):
        return f"{op.name} of {op.input.dtype} to {op.output.dtype}"
    return quantized_refusal(op)


def prepare(op: Dequantize, rounding: Rounding) -> Kernel:
    """A table for bytes. Source: TFLite Dequantize: ``double(scale) * (x - zero_point)``."""
    if op.input.dtype == np.float16:
        return lambda x: x.astype(np.float32)
    q = op.input.q
    if op.input.dtype == np.int16:
        scale, zero = float(q.scale), int(q.zero_point)
        return lambda x: (scale * (x.astype(np.int64) - zero)).astype(np.float32)
    centred = every_value(op.input.dtype) - int(q.zero_point)
    table = (float(q.scale) * centred).astype(np.float32)

    def run(x: Array) -> Array:
        return np.take(table, x.view(np.uint8))

    return run
