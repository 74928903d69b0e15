# SPDX-License-Identifier: MIT
"""How far the outputs of a graph may be off if every op keeps its own bound.

An op adds its bound to what it passes on of its operands' errors: ``bound + ceil(gain * error)``
(two roundings of numbers that are *d* apart differ by at most ``ceil(d)``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import (
    Absolute,
    Add,
    BatchMatmul,
    Broadcast,
    Concatenation,
    Convolution,
    DepthToSpace,
    Dequantize,
    FullyConnected,
    HSwish,
    LeakyRelu,
    Logistic,
    Maximum,
    Mean,
    Minimum,
    Mul,
    Op,
    Pad,
    Pooling,
    Quantize,
    Relu,
    Reshape,
    Resize,
    ResizeBilinear,
    Softmax,
    Split,
    StridedSlice,
    Subtract,
    Tanh,
    Transpose,
)
from npucore.quantize import Float64s, stored_range
from npucore.tensor import Tensor

STEEPNESS: dict[type[Op], float] = {
    **dict.fromkeys(
        (Add, Concatenation, Maximum, Mean, Minimum, Pad, Pooling, Quantize, Relu, Reshape), 1.0
    ),
    **dict.fromkeys((Resize, ResizeBilinear, Split, StridedSlice, Subtract, Tanh, Transpose), 1.0),
    **dict.fromkeys((Absolute, Broadcast, DepthToSpace, Dequantize), 1.0),
    HSwish: 1.5,  # at x = 3
    LeakyRelu: 1.0,  # slopes of at most 1
    Logistic: 0.25,  # at x = 0
    Softmax: 0.5,  # 2 p (1 - p), all other inputs moving the other way
}
"""Op -> how much its result moves, in real numbers, if each operand moves by 1."""


def allowed(graph: Graph, bounds: Mapping[Op, int]) -> dict[Tensor, float]:
    """Every tensor of *graph* -> the largest error in LSB, of floats in real numbers.

    *bounds* are those of the ops alone. Raises `UnsupportedError` for an op whose gain is not
    known.
    """
    errors: dict[Tensor, float] = {}
    for op in graph.ops:
        for result in op.outputs:
            passed = sum(
                gain(op, operand, result) * errors[operand]
                for operand in op.inputs
                if errors.get(operand)
            )
            stored = result.quantization is not None
            errors[result] = bounds[op] + (math.ceil(passed) if stored else passed)
    return errors


def gain(op: Op, operand: Tensor, result: Tensor) -> float:
    """LSB by which *result* moves at most if *operand* moves by one; of floats, real numbers."""
    if isinstance(op, Convolution | FullyConnected):
        return _weighted(op)
    if isinstance(op, Mul | BatchMatmul):
        return _ratio(operand, result) * _factor(op, op.b if operand is op.a else op.a)
    if type(op) not in STEEPNESS:
        raise UnsupportedError(f"{op.name}: nobody has said how it passes errors on")
    return STEEPNESS[type(op)] * _ratio(operand, result)


def _weighted(op: Convolution | FullyConnected) -> float:
    weights = op.weights
    assert weights.data is not None
    zero = weights.q.zero_point.reshape(-1, *[1] * (weights.data.ndim - 1))
    sums = np.abs(weights.data.astype(np.int64) - zero).reshape(weights.shape[0], -1).sum(axis=1)
    scales = float(op.input.q.scale) * weights.q.scale.astype(float) / float(op.output.q.scale)
    return float((sums * scales).max())


def _factor(op: Mul | BatchMatmul, other: Tensor) -> float:
    """The most that a result moves if all that *other* is multiplied by moves by 1, in reals."""
    if other.data is not None:
        values = np.abs(_real(other))
        sums = values if isinstance(op, Mul) else values.sum(_shared_axis(op, other))
        return float(sums.max(initial=0))
    products = 1 if isinstance(op, Mul) else op.a.shape[_shared_axis(op, op.a)]
    low, high = stored_range(other.dtype)
    zero = int(other.q.zero_point)
    return float(other.q.scale) * max(zero - low, high - zero) * products


def _shared_axis(op: BatchMatmul, operand: Tensor) -> int:
    """The axis of an operand that products are summed over."""
    last = op.transpose_b if operand is op.b else not op.transpose_a
    return -1 if last else -2


def _real(constant: Tensor) -> Float64s:
    """The numbers that a constant stands for."""
    assert constant.data is not None
    if constant.quantization is None:
        return constant.data.astype(np.float64)
    q, shape = constant.quantization, [1] * len(constant.shape)
    if q.axis is not None:
        shape[q.axis] = -1
    centred = constant.data.astype(np.float64) - np.reshape(q.zero_point, shape)
    real: Float64s = centred * np.reshape(q.scale, shape).astype(np.float64)
    return real


def _ratio(operand: Tensor, result: Tensor) -> float:
    step, unit = (
        1.0 if tensor.quantization is None else float(tensor.q.scale)
        for tensor in (operand, result)
    )
    return step / unit
