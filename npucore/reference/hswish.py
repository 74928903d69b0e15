# SPDX-License-Identifier: MIT
"""Hard swish, as `npucore.ops.HSwish` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import HSwish
from npucore.quantize import Int64s, Rounding, multiplier
from npucore.reference.fixed_point import rounding_shift
from npucore.reference.kernel import BYTES, Judge, Kernel
from npucore.reference.table import StoredFunction, lookup
from npucore.reference.unary import prepare_unary, refuse_unary
from npucore.tensor import Array, Tensor

JUDGE = Judge.LITERT
INPUT_BITS = 7  # by which stored numbers are shifted up: 8 bits become 15 and a sign
GATE_SCALE = np.array(3 / 32768, np.float32)  # of the int16 that holds clamp(x, -3, 3)
INT16_MIN, INT16_MAX = -(1 << 15), (1 << 15) - 1


def refuse(op: HSwish) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if reason := refuse_unary(op, op.input, op.output):
        return reason
    if op.input.dtype in BYTES and _multiplier(op.input, op.output.q.scale)[1] > 0:
        return "an input scale of 128 times the output's or more"
    return None


def prepare(op: HSwish, rounding: Rounding) -> Kernel:
    """A table for bytes, numpy for floats."""
    if op.input.dtype in BYTES and rounding is Rounding.TFLITE:
        return lookup(op.input, op.output, _stored(op))
    return prepare_unary(op.input, op.output, hswish, rounding)


def hswish(x: Array) -> Array:
    """``x * clamp(x + 3, 0, 6) / 6`` in the dtype of *x*."""
    kind = x.dtype.type
    result: Array = x * np.clip(x + kind(3), kind(0), kind(6)) / kind(6)
    return result


def _stored(op: HSwish) -> StoredFunction:
    """In 16-bit fixed point. Source: TFLite reference HardSwish, HardSwishPrepare."""
    zero_in, zero_out = int(op.input.q.zero_point), int(op.output.q.zero_point)
    m_out, shift_out = _multiplier(op.input, op.output.q.scale)
    m_gate, shift_gate = _multiplier(op.input, GATE_SCALE)

    def stored(x: Int64s) -> Array:
        wide = (x - zero_in) << INPUT_BITS
        gate = wide if shift_gate <= 0 else _saturated(wide << (shift_gate - 1))
        gate = _high_mul(gate, m_gate)
        gate = _saturated(gate << 1) if shift_gate > 0 else rounding_shift(gate, -shift_gate)
        product = _halved((gate + (1 << 15) >> 1) * _high_mul(wide, m_out), 15)
        return rounding_shift(product, -shift_out) + zero_out

    return stored


def _multiplier(source: Tensor, scale: Array) -> tuple[int, int]:
    """What takes the shifted input to *scale*, as `npucore.quantize.multiplier` but in 16 bits."""
    unit = source.q.scale * np.float32(1 / (1 << INPUT_BITS))
    m, shift = multiplier(float(unit / scale))
    return min((m + (1 << 15)) >> 16, INT16_MAX), shift


def _high_mul(a: Int64s, b: int) -> Int64s:
    """``round(a * b / 2**15)`` of int16 values, by C's division."""
    product = a * b
    return _halved(product + np.where(product >= 0, 1 << 14, 1 - (1 << 14)), 15)


def _halved(x: Int64s, times: int) -> Int64s:
    """``x / 2**times`` towards 0."""
    halved: Int64s = np.where(x >= 0, x >> times, -(-x >> times))
    return halved


def _saturated(x: Int64s) -> Int64s:
    clipped: Int64s = np.clip(x, INT16_MIN, INT16_MAX)
    return clipped
