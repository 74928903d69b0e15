# SPDX-License-Identifier: MIT
"""Softmax, as `npucore.ops.Softmax` defines it."""

from __future__ import annotations

import math

import numpy as np

from npucore.ops import Softmax
from npucore.quantize import Int64s, Rounding, multiplier, stored_range
from npucore.reference.fixed_point import high_mul, rounding_shift
from npucore.reference.fixed_softmax import INPUT_BITS, SUM_BITS, exp_of_negative, normalized
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.table import saturate
from npucore.reference.unary import refuse_fixed
from npucore.reference.wide import wide_softmax
from npucore.tensor import Array, Tensor

JUDGE = Judge.LITERT
OUTPUT_SCALE = 1 / 256
FARTHEST = 255  # of one byte below another


def refuse(op: Softmax) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if reason := refuse_fixed(op, op.input, op.output):
        return reason
    if not op.input.shape or op.input.shape[-1] == 0:
        return "softmax over nothing"
    return None


def prepare(op: Softmax, rounding: Rounding) -> Kernel:
    """Fixed point under TFLite's rule, where that has one."""
    if op.input.dtype.kind == "f":
        return lambda x: _real(x * x.dtype.type(op.beta))
    if op.input.dtype == np.int16:
        return wide_softmax(op)
    if rounding is Rounding.EXACT or not _is_tflites(op.output):
        return _nearest(op)
    return _fixed(op)


def _is_tflites(output: Tensor) -> bool:
    """Whether the quantization is the one that TFLite's rule is made for."""
    scale, zero = float(output.q.scale), int(output.q.zero_point)
    return math.isclose(scale, OUTPUT_SCALE, rel_tol=1e-3) and zero == stored_range(output.dtype)[0]


def _nearest(op: Softmax) -> Kernel:
    """``rint(exp * units / sum)`` in float32, *units* being the whole steps in 1.

    Source: ONNX Runtime, QLinearSoftmax: 0 of 5.4 million elements differ.
    """
    scale, zero = np.float32(op.input.q.scale) * np.float32(op.beta), int(op.output.q.zero_point)
    units = np.floor(np.float32(1) / op.output.q.scale)
    table = np.exp(np.arange(-255, 1, dtype=np.float32) * scale)

    def run(x: Array) -> Array:
        wide = x.astype(np.int64)
        decay = np.take(table, wide - wide.max(axis=-1, keepdims=True) + 255)
        total = decay.sum(axis=-1, keepdims=True, dtype=np.float32)
        stored = np.rint(decay * units / total).astype(np.int64)
        return saturate(stored + zero, op.output.dtype)

    return run


def _real(x: Array) -> Array:
    decay = np.exp(x - x.max(axis=-1, keepdims=True))
    result: Array = decay / decay.sum(axis=-1, keepdims=True)
    return result


def _fixed(op: Softmax) -> Kernel:
    """Source: TFLite reference_ops Softmax for integers, PreprocessSoftmaxScaling."""
    largest = float((1 << 31) - 1)
    real = min(float(np.float32(op.beta)) * float(op.input.q.scale) * 2.0**INPUT_BITS, largest)
    m, shift = multiplier(real)
    farthest = -math.floor(31 * 2.0 ** (INPUT_BITS - shift))
    low = stored_range(op.output.dtype)[0]
    below: Int64s = np.arange(-FARTHEST, 1)
    counts = below >= farthest
    decays = exp_of_negative(high_mul(np.where(counts, below, 0) << max(shift, 0), m))
    decays = np.where(counts, decays, 0)
    addends = rounding_shift(decays, SUM_BITS)

    def run(x: Array) -> Array:
        distance = x.astype(np.int64) - x.max(axis=-1, keepdims=True) + FARTHEST
        total: Int64s = np.take(addends, distance).sum(axis=-1, keepdims=True)
        return saturate(normalized(np.take(decays, distance), total) + low, op.output.dtype)

    return run
