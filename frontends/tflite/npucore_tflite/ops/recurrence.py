# SPDX-License-Identifier: MIT
"""Parts that LSTM, RNN and their kin share: weights put together, steps, states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tflite

from npucore.ops import Concatenation, Op, RecurrentFunction, Reshape, Transpose
from npucore.tensor import Array, Quantization, Tensor
from npucore_tflite.node import Node

FUNCTIONS = {
    tflite.ActivationFunctionType.NONE: RecurrentFunction.AFFINE,
    tflite.ActivationFunctionType.RELU: RecurrentFunction.RELU,
    tflite.ActivationFunctionType.RELU6: RecurrentFunction.RELU6,
    tflite.ActivationFunctionType.TANH: RecurrentFunction.TANH,
}
IDENTITY = (1.0, 0.0)  # the numbers of AFFINE that change nothing


def function(node: Node, number: int) -> RecurrentFunction:
    """A fused activation by its number in the file."""
    if number not in FUNCTIONS:
        node.unsupported(f"fused activation {number}")
    return FUNCTIONS[number]


def stacked(node: Node, parts: Sequence[Tensor | None], signs: Sequence[int]) -> Tensor | None:
    """Constants one below the other, times their signs; None if the first is left out.

    Int8 weights keep a scale for each row.
    """
    if any(part is None for part in parts):
        return None
    tensors = [part for part in parts if part is not None]
    if any(t.data is None for t in tensors):
        node.unsupported("weights that are computed, not constant")
    if len({t.dtype for t in tensors}) != 1 or len({t.shape[1:] for t in tensors}) != 1:
        node.invalid(f"gates of {[(t.dtype, t.shape) for t in tensors]}")
    arrays = [
        np.asarray(t.data) * np.array(s, t.dtype) for t, s in zip(tensors, signs, strict=True)
    ]
    node.reserve(3 * sum(t.elements for t in tensors))
    data: Array = np.ascontiguousarray(np.concatenate(arrays))
    quantization = None
    if data.dtype == np.int8:
        if any(t.q.zero_point.any() or t.q.axis not in (None, 0) for t in tensors):
            node.unsupported("weights with zero points, or quantized along another axis")
        scales = [np.full(len(np.asarray(t.data)), t.q.scale, np.float32) for t in tensors]
        quantization = Quantization.per_channel(np.concatenate(scales), 0)
    elif data.dtype != np.float32:
        node.unsupported(f"weights of {data.dtype}")
    return Tensor(f"{node.results[0].name}/weights", data.shape, data.dtype, quantization, data)


def real(node: Node, tensor: Tensor | None) -> Tensor | None:
    """A constant of few numbers as floats."""
    if tensor is None or tensor.dtype == np.float32:
        return tensor
    if tensor.data is None or tensor.dtype != np.int8:
        node.unsupported(f"{tensor.name} of {tensor.dtype}")
    data = ((tensor.data.astype(np.int64) - tensor.q.zero_point) * tensor.q.scale).astype(
        np.float32
    )
    return Tensor(tensor.name, data.shape, data.dtype, None, data)


def sequence(node: Node, *, time_major: bool) -> Tensor:
    """The first operand as (T, B, I); one of two axes is a single step."""
    x = node.input(0)
    if x.dtype != np.float32:
        node.unsupported(f"steps of {x.dtype}: only floats are read")
    if len(x.shape) == 2:
        return node.emit(Reshape, "step", shape=(1, *x.shape), input=x)
    if len(x.shape) != 3:
        node.invalid(f"a sequence of shape {x.shape}")
    if time_major:
        return x
    return node.emit(Transpose, "steps", input=x, permutation=(1, 0, 2))


def returned(node: Node, outputs: Tensor, rank: int, *, time_major: bool) -> Tensor:
    """(T, B, P) as the operator returns it."""
    if rank == 2:
        return node.emit(Reshape, "last", shape=outputs.shape[1:], input=outputs)
    if time_major:
        return outputs
    return node.emit(Transpose, "batches", input=outputs, permutation=(1, 0, 2))


def declared(node: Node, name: str, shape: tuple[int, ...]) -> Tensor:
    """A float result that is still to be computed."""
    return Tensor(f"{node.results[0].name}/{name}", shape, np.dtype(np.float32))


def joined(node: Node, parts: Sequence[Tensor]) -> Tensor:
    """Both directions side by side."""
    operands, axis = tuple(parts), len(parts[0].shape) - 1
    return node.emit(Concatenation, "both", dtype=operands[0].dtype, operands=operands, axis=axis)


def run_first(node: Node, op: Op) -> None:
    """Put *op* before what gives the node's results."""
    node.before.append(op)
