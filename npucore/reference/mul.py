# SPDX-License-Identifier: MIT
"""Multiplication, as `npucore.ops.Mul` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Mul
from npucore.quantize import Int64s, Rounding, multiplier
from npucore.reference.binary import prepare_real, prepare_stored, refuse_binary
from npucore.reference.fixed_point import rescale
from npucore.reference.kernel import Judge, Kernel, is_stored
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Mul) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_binary(op, op.a, op.b, op.output)


def prepare(op: Mul, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for other numbers. Source: TFLite reference Mul; XNNPACK."""
    if not is_stored(op.a):
        return prepare_real(np.multiply, op.output, op.activation, rounding)
    qa, qb, qo = op.a.q, op.b.q, op.output.q
    scale = np.float32(qa.scale * qb.scale) / qo.scale  # float32 throughout, as TFLite has it

    def stored(a: Int64s, b: Int64s) -> Array:
        product = (a - int(qa.zero_point)) * (b - int(qb.zero_point))
        if rounding is Rounding.TFLITE:
            return rescale(product, *multiplier(float(scale))) + int(qo.zero_point)
        return np.rint(product.astype(np.float32) * scale).astype(np.int64) + int(qo.zero_point)

    return prepare_stored(stored, op.output, op.activation)
