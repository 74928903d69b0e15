# SPDX-License-Identifier: MIT
"""Conv, and ConvInteger."""

from __future__ import annotations

import dataclasses

import numpy as np

from npucore.ops import Cast, Convolution
from npucore.tensor import Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.bias import bias_of
from npucore_onnx.ops.integer import centred, is_constant_zero, plain_bytes
from npucore_onnx.ops.window import as_map, as_value, spatial_rank, window
from npucore_onnx.value import NHWC, Value

REAL = np.dtype(np.float32)


def convolution(node: Node) -> Value:
    """One op, grouped or not; weights become OHWI."""
    return _convolution(node, node.value(0), _weights(node, node.value(1)), None)


def convolution_integer(node: Node) -> Value:
    """A convolution whose result are the accumulators, int32.

    Where the input's zero point is computed, a convolution in float32: exact up to 2**24.
    """
    if not is_constant_zero(node, 2):
        source, real = centred(node, 0, 2, REAL), _real_weights(node)
        result = _convolution(node, source, _weights(node, real), None, biased=False)
        return node.emit(Cast, result.order, dtype=np.dtype(np.int32), input=result.tensor)
    data = plain_bytes(node, 0, 2)
    weights = plain_bytes(node, 1, 3, axis=0)
    return _convolution(node, data, _weights(node, weights), np.dtype(np.int32))


def _real_weights(node: Node) -> Value:
    """The weights minus their constant zero point, float32."""
    data = node.constant(1).astype(np.float32)
    if node.optional(3) is not None:
        zero = node.constant(3).astype(np.float32).reshape(-1)
        data = data - zero.reshape(-1, *[1] * (data.ndim - 1))
    return Value.of(Tensor(f"{node.label}/weights", data.shape, data.dtype, None, data))


def _weights(node: Node, value: Value) -> Tensor:
    """(O, I, KH, KW) or (O, I, KW) as (O, KH, KW, I)."""
    node.constant(1)
    if value.rank not in (3, 4) or min(value.shape) < 1:
        node.invalid(f"weights of shape {value.shape}")
    if value.rank == 4:
        return node.assembly.arranged(value, NHWC)
    tensor = node.assembly.arranged(value, (0, 2, 1))
    shape = (tensor.shape[0], 1, *tensor.shape[1:])
    data = None if tensor.data is None else tensor.data.reshape(shape)
    return dataclasses.replace(tensor, shape=shape, data=data)


def _convolution(
    node: Node,
    value: Value,
    weights: Tensor,
    dtype: np.dtype[np.generic] | None,
    *,
    biased: bool = True,
) -> Value:
    rank = spatial_rank(node)
    kernel = weights.shape[1:3] if rank == 2 else weights.shape[2:3]
    source = as_map(node, value)
    seen = window(node, kernel, (source.shape[1], source.shape[2]))
    bias = None if dtype is not None or not biased else bias_of(node, 2, source, weights)
    result = node.emit(
        Convolution,
        dtype=dtype,
        input=source,
        weights=weights,
        bias=bias,
        stride=seen.stride,
        dilation=seen.dilation,
        padding=seen.padding,
        groups=node.integer("group", 1),
        activation=node.activation,
    )
    return as_value(node, result.tensor, rank)


OPERATORS: Operators = {
    "Conv": convolution,
    "ConvInteger": convolution_integer,
}
