# SPDX-License-Identifier: MIT
"""The bias of convolutions and matrices of weights."""

from __future__ import annotations

import numpy as np

from npucore.quantize import widened
from npucore.tensor import Array, Tensor
from npucore_onnx.node import Node

LARGEST = np.iinfo(np.int32)
SCALE_ERROR = 1e-3  # relative; within it a bias has the accumulator's scale


def bias_of(
    node: Node, position: int, source: Tensor, weights: Tensor, factor: float = 1
) -> Tensor | None:
    """(O,) constant, times *factor*: float32, or int32 in units of the accumulator."""
    value = node.optional(position)
    if value is None:
        return None
    data = node.constant(position)
    if data.size == 1 and weights.shape[0] != 1:
        data = np.broadcast_to(data.reshape(-1), weights.shape[:1])
    elif data.size == weights.shape[0]:
        data = data.reshape(-1)
    else:
        node.invalid(f"a bias of shape {data.shape} for {weights.shape[0]} outputs")
    if node.stored is None:
        data = data if factor == 1 else data * data.dtype.type(factor)
    else:
        data = _stored(data, value.tensor, source, weights)
    return Tensor(value.tensor.name, data.shape, data.dtype, None, data)


def _stored(data: Array, tensor: Tensor, source: Tensor, weights: Tensor) -> Array:
    """In units of the accumulator; ONNX Runtime takes int32 as it is, whatever its scale."""
    unit = widened(source.q.scale) * widened(weights.q.scale)
    if data.dtype == np.int32:
        given = tensor.quantization
        if given is None or np.allclose(given.scale, unit, rtol=SCALE_ERROR, atol=0):
            return data
        real = (data.astype(np.int64) - given.zero_point) * widened(given.scale)
    else:
        real = data.astype(np.float64)
    stored: Array = np.clip(np.rint(real / unit), LARGEST.min, LARGEST.max).astype(np.int32)
    return stored


def is_bias(node: Node, position: int, outputs: int) -> bool:
    """Whether an operand is one constant number for each output."""
    value = node.optional(position)
    if value is None or value.data is None:
        return False
    return value.data.size in (1, outputs) and value.shape[-1:] in ((), (1,), (outputs,))
