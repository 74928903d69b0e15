# SPDX-License-Identifier: MIT
"""Softmax, as `npucore.ops.Softmax` defines it."""

from __future__ import annotations

import math

import numpy as np

from npucore.ops import Softmax
from npucore.quantize import Int64s, Rounding, multiplier, stored_range
from npucore.reference.fixed_point import high_mul
from npucore.reference.fixed_softmax import INPUT_BITS, exp_of_negative, normalized, rounding_sum
from npucore.reference.kernel import Kernel
from npucore.reference.table import saturate
from npucore.reference.unary import refuse_unary
from npucore.tensor import Array

OUTPUT_SCALE = 1 / 256


def refuse(op: Softmax) -> str | None:
    """Quantized, the output must have the quantization that TFLite's rule is made for."""
    if reason := refuse_unary(op, op.input, op.output):
        return reason
    if not op.input.shape or op.input.shape[-1] == 0:
        return "softmax over nothing"
    if op.input.dtype == np.float32:
        return None
    if not math.isclose(float(op.output.q.scale), OUTPUT_SCALE, rel_tol=1e-3):
        return f"an output scale of {float(op.output.q.scale)}, wanted 1/256"
    if int(op.output.q.zero_point) != stored_range(op.output.dtype)[0]:
        return f"an output zero point of {int(op.output.q.zero_point)}"
    return None


def prepare(op: Softmax, rounding: Rounding) -> Kernel:
    """Fixed point under TFLite's rule, float64 under the exact one."""
    if op.input.dtype == np.float32:
        return lambda x: _real(x * np.float32(op.beta))
    if rounding is Rounding.EXACT:
        scale, zero = float(op.input.q.scale) * op.beta, int(op.output.q.zero_point)

        def exact(x: Array) -> Array:
            real = _real(x.astype(np.float64) * scale)
            stored = np.rint(real / float(op.output.q.scale)).astype(np.int64) + zero
            return saturate(stored, op.output.dtype)

        return exact
    return _fixed(op)


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

    def run(x: Array) -> Array:
        below: Int64s = x.astype(np.int64) - x.max(axis=-1, keepdims=True).astype(np.int64)
        counts = below >= farthest
        scaled = high_mul(np.where(counts, below, 0) << max(shift, 0), m)
        decay = exp_of_negative(scaled)
        total = rounding_sum(np.where(counts, decay, 0))
        stored = np.where(counts, normalized(decay, total) + low, low)
        return saturate(stored, op.output.dtype)

    return run
