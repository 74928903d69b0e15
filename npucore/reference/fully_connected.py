# SPDX-License-Identifier: MIT
"""A matrix of weights, as `npucore.ops.FullyConnected` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import FullyConnected
from npucore.quantize import (
    REAL_BOUNDS,
    Rounding,
    accumulator_scales,
    activation_bounds,
    round_half_away,
)
from npucore.reference.hybrid import is_hybrid, prepare_hybrid_layer
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.weights import prepare_weights, refuse_weights
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: FullyConnected) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_weights(op)


def prepare(op: FullyConnected, rounding: Rounding) -> Kernel:
    """One matrix product. TFLite's kernel rounds a double, unlike its convolution."""
    if not op.weights.is_constant:
        return _computed(op, rounding)
    if is_hybrid(op):
        return prepare_hybrid_layer(op)
    prepared = prepare_weights(op, rounding, once=True)
    matrix = prepared.weights.T  # a view: BLAS multiplies it as it is
    depth, outputs = matrix.shape
    finish = prepared.finish

    def run(x: Array, *_: Array) -> Array:
        rows = x.reshape(-1, depth).astype(matrix.dtype)
        sums = np.zeros((finish.block_rows(len(rows)), outputs), matrix.dtype)
        np.matmul(rows, matrix, out=sums[: len(rows)])
        out = np.empty((len(rows), outputs), op.output.dtype)
        finish(sums, out)
        return out.reshape(op.output.shape)

    return run


def _computed(op: FullyConnected, rounding: Rounding) -> Kernel:
    """The weights come with every run; sums of integers in float64, which is exact."""
    outputs, depth = op.weights.shape
    bias = np.zeros(outputs) if op.bias is None else np.asarray(op.bias.data)
    if op.input.dtype.kind == "f":
        low, high = REAL_BOUNDS[op.activation]

        def run(x: Array, weights: Array, *_: Array) -> Array:
            real = x.reshape(-1, depth) @ weights.T + bias.astype(np.float32)
            clamped = real if (low, high) == (None, None) else np.clip(real, low, high)
            result: Array = clamped.astype(np.float32).reshape(op.output.shape)
            return result

        return run
    scales, zero = accumulator_scales(op, rounding), int(op.output.q.zero_point)
    nearest = round_half_away if rounding is Rounding.TFLITE else np.rint
    limits = activation_bounds(op.activation, op.output)

    def run_stored(x: Array, weights: Array, *_: Array) -> Array:
        rows = x.reshape(-1, depth).astype(np.float64) - int(op.input.q.zero_point)
        sums = rows @ (weights.astype(np.float64) - int(op.weights.q.zero_point)).T + bias
        stored = np.clip(nearest(sums * scales) + zero, *limits)
        result: Array = stored.astype(op.output.dtype).reshape(op.output.shape)
        return result

    return run_stored
