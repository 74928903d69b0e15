# SPDX-License-Identifier: MIT
"""Tensors side by side, as `npucore.ops.Concatenation` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Activation, Concatenation
from npucore.quantize import Int64s, Rounding, round_half_away
from npucore.reference.kernel import BYTES, Judge, Kernel, SingleKernel, quantized_refusal
from npucore.reference.table import lookup, real_function
from npucore.tensor import Array, Tensor

JUDGE = Judge.LITERT


def refuse(op: Concatenation) -> str | None:
    """One dtype for all, no clamp."""
    if {operand.dtype for operand in op.operands} != {op.output.dtype}:
        return "operands of several dtypes"
    if op.activation is not Activation.NONE:
        return f"a fused {op.activation}"
    if all(tensor.quantization is None for tensor in (*op.operands, op.output)):
        return None  # plain numbers are moved as they are
    return quantized_refusal(op)


def prepare(op: Concatenation, rounding: Rounding) -> Kernel:
    """A copy; operands with another quantization go through a table first."""
    bring = [_requantizer(operand, op.output, rounding) for operand in op.operands]

    def run(*arrays: Array) -> Array:
        parts = [array if b is None else b(array) for b, array in zip(bring, arrays, strict=True)]
        return np.concatenate(parts, axis=op.axis)

    return run


def _requantizer(operand: Tensor, output: Tensor, rounding: Rounding) -> SingleKernel | None:
    """Source: TFLite reference ConcatenationWithScaling, float32 ``x * scale + bias``."""
    if output.dtype not in BYTES or output.quantization is None or operand.q.same_as(output.q):
        return None
    qi, qo = operand.q, output.q

    if rounding is Rounding.EXACT:
        return lookup(operand, output, real_function(operand, output, np.asarray, rounding))

    def stored(x: Int64s) -> Array:
        scale = qi.scale * (np.float32(1) / qo.scale)
        bias = -qi.zero_point.astype(np.float32) * scale
        moved = round_half_away(x.astype(np.float32) * scale + bias)
        return moved.astype(np.int64) + int(qo.zero_point)

    return lookup(operand, output, stored)
