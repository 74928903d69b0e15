# SPDX-License-Identifier: MIT
"""Float activations against int8 weights, as TFLite's dynamic range kernels compute them.

Each row of the input is quantized by its own range, products are summed as integers, and the sums
scaled back. Source: TFLite portable_tensor_utils.cc SymmetricQuantizeFloats,
AsymmetricQuantizeFloats; fully_connected.cc, conv.cc, depthwise_conv.cc EvalHybrid.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from npucore.ops import Activation, Convolution, FullyConnected
from npucore.quantize import REAL_BOUNDS, Int64s, round_half_away
from npucore.reference.kernel import SingleKernel
from npucore.tensor import Array, Tensor

LOW, HIGH = -128, 127


def is_hybrid(op: Convolution | FullyConnected) -> bool:
    """Whether *op* has float activations and int8 weights."""
    floats = op.input.dtype == np.float32 and op.output.dtype == np.float32
    return floats and op.weights.dtype == np.int8 and op.weights.quantization is not None


def quantized_rows(rows: Array, *, asymmetric: bool) -> tuple[Int64s, Array, Int64s]:
    """(R, K) floats -> stored integers (R, K), scales (R, 1) float32 and offsets (R, 1)."""
    low, high = rows.min(-1, keepdims=True), rows.max(-1, keepdims=True)
    if not asymmetric:
        reach = np.maximum(np.abs(low), np.abs(high)).astype(np.float32)
        empty = reach == 0
        inverse = np.where(empty, 0, np.float32(HIGH) / np.where(empty, 1, reach))
        stored = round_half_away(rows * inverse.astype(np.float32))
        scale = np.where(empty, 1, reach / np.float32(HIGH)).astype(np.float32)
        clamped = np.clip(stored, -HIGH, HIGH).astype(np.int64)
        return clamped, scale, np.zeros(scale.shape, np.int64)
    low, high = np.minimum(low, 0).astype(np.float64), np.maximum(high, 0).astype(np.float64)
    empty = low == high
    scale = np.where(empty, 1, (high - low) / (HIGH - LOW))
    offset = _offset(low, high, scale)
    offset = np.where(empty, 0, offset).astype(np.int64)
    inverse = (1 / scale).astype(np.float32)
    stored = round_half_away(offset.astype(np.float32) + rows * inverse)
    clamped = np.where(empty, 0, np.clip(stored, LOW, HIGH)).astype(np.int64)
    return clamped, scale.astype(np.float32), offset


def _offset(low: Array, high: Array, scale: Array) -> Array:
    """The stored integer of real 0, from that end of the range where it is known better."""
    from_low, from_high = LOW - low / scale, HIGH - high / scale
    error_low = abs(LOW) + np.abs(low / scale)
    error_high = abs(HIGH) + np.abs(high / scale)
    real = np.where(error_low < error_high, from_low, from_high)
    return np.clip(round_half_away(real), LOW, HIGH)


def prepare_hybrid_layer(op: FullyConnected) -> SingleKernel:
    """A matrix of weights; each row of the input by itself."""
    matrix, scales, bias = _weights(op)
    matrix = matrix.reshape(len(matrix), -1).T

    def run(x: Array, *_: Array) -> Array:
        rows = x.reshape(-1, matrix.shape[0])
        stored, scale, offset = quantized_rows(rows, asymmetric=op.asymmetric_inputs)
        sums = ((stored - offset).astype(np.float64) @ matrix).astype(np.float32)
        return _finished(op, sums * (scale * scales) + bias)

    return run


def prepare_hybrid_convolution(
    op: Convolution, convolve: SingleKernel, *, asymmetric: bool
) -> SingleKernel:
    """*convolve* does the same with integers in float32; each entry of the batch by itself."""
    _, scales, bias = _weights(op)

    def run(x: Array, *_: Array) -> Array:
        stored, scale, offset = quantized_rows(x.reshape(len(x), -1), asymmetric=asymmetric)
        sums = convolve((stored - offset).astype(np.float32).reshape(x.shape))
        return _finished(op, sums * (scale.reshape(-1, 1, 1, 1) * scales) + bias)

    return run


def real_twin(op: Convolution) -> Convolution:
    """*op* as a convolution of floats, by the stored integers of its weights, without a bias."""
    data = np.asarray(op.weights.data).astype(np.float32)
    weights = Tensor(op.weights.name, data.shape, data.dtype, None, data)
    return dataclasses.replace(op, weights=weights, bias=None, activation=Activation.NONE)


def _weights(op: Convolution | FullyConnected) -> tuple[Array, Array, Array]:
    """(stored weights, scales of the outputs, bias), float."""
    data = np.asarray(op.weights.data, np.float64)
    bias = np.zeros(len(data), np.float32) if op.bias is None else op.bias.data
    return data, np.full(len(data), op.weights.q.scale, np.float32), np.asarray(bias, np.float32)


def _finished(op: Convolution | FullyConnected, real: Array) -> Array:
    low, high = REAL_BOUNDS[op.activation]
    clamped = real if (low, high) == (None, None) else np.clip(real, low, high)
    result: Array = clamped.astype(np.float32).reshape(op.output.shape)
    return result
