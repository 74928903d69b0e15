# SPDX-License-Identifier: MIT
"""Sums over axes, as `npucore.ops.ReduceSum` defines them."""

from __future__ import annotations

import math

import numpy as np

from npucore.ops import ReduceSum
from npucore.quantize import Rounding, multiplier, round_half_away
from npucore.reference.binary import INTEGERS
from npucore.reference.fixed_point import rescale
from npucore.reference.kernel import FLOATS, Judge, Kernel, dtypes_refusal, is_stored
from npucore.reference.table import saturate
from npucore.reference.unary import refuse_unary
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: ReduceSum) -> str | None:
    """Plain numbers, and stored integers."""
    if is_stored(op.input):
        return refuse_unary(op, op.input, op.output, wide=True)
    return dtypes_refusal(op, *FLOATS, *INTEGERS, tensors=(op.input, op.output))


def prepare(op: ReduceSum, rounding: Rounding) -> Kernel:
    """Numpy's sum, in the operand's dtype; of nothing it is 0."""
    if is_stored(op.input):
        return _stored(op, rounding)
    dtype, shape = op.output.dtype, op.output.shape

    def run(x: Array) -> Array:
        return np.asarray(x.sum(op.axes, dtype=dtype)).reshape(shape)

    return run


def _stored(op: ReduceSum, rounding: Rounding) -> Kernel:
    """One multiplication, of uint8 in float32. Source: TFLite reference QuantizedMeanOrSum."""
    qi, qo = op.input.q, op.output.q
    count = math.prod(op.input.shape[axis] for axis in op.axes)
    scale = np.float32(qi.scale / qo.scale)
    m, shift = multiplier(float(qi.scale) / float(qo.scale))
    bias = np.float32(-int(qi.zero_point)) * scale * np.float32(count)

    def run(x: Array) -> Array:
        total = x.sum(op.axes, dtype=np.int64)
        if op.output.dtype == np.uint8 or rounding is Rounding.EXACT:
            stored = round_half_away(total.astype(np.float32) * scale + bias).astype(np.int64)
        else:
            stored = rescale(total - count * int(qi.zero_point), m, shift)
        stored = stored + int(qo.zero_point)
        return saturate(stored, op.output.dtype).reshape(op.output.shape)

    return run
