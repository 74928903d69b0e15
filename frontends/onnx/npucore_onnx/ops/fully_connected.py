# SPDX-License-Identifier: MIT
"""Gemm, and MatMul by constant weights."""

from __future__ import annotations

import numpy as np

from npucore.ops import Add, BatchMatmul, Cast, FullyConnected
from npucore.tensor import Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.batch_matmul import product
from npucore_onnx.ops.bias import bias_of, is_bias
from npucore_onnx.ops.integer import centred, is_constant_zero, plain_bytes
from npucore_onnx.ops.mul import scaled
from npucore_onnx.value import Value

TRANSPOSED = (1, 0)
REAL, INT32 = np.dtype(np.float64), np.dtype(np.int32)


def matmul(node: Node) -> Value:
    """Constant weights of two axes are a layer, anything else is a product of two tensors."""
    weights = node.value(1)
    if weights.data is None or weights.rank != 2 or node.value(0).rank < 2:
        return product(node, node.value(0), weights)
    return _layer(node, node.tensor(0), _turned(node, weights), None, None)


def matmul_integer(node: Node) -> Value:
    """A layer whose result are the accumulators, int32.

    Where an operand or a zero point is computed, a product in float64, which is exact.
    """
    if node.value(1).data is None or not is_constant_zero(node, 2, 3):
        operands = [centred(node, place, place + 2, REAL) for place in (0, 1)]
        result = product(node, *operands)
        return node.emit(Cast, result.order, dtype=INT32, input=result.tensor)
    data, weights = plain_bytes(node, 0, 2), plain_bytes(node, 1, 3, axis=1)
    if weights.rank != 2 or data.rank < 2:
        node.unsupported(f"integers of shapes {data.shape} and {weights.shape}")
    source = node.assembly.arranged(data, tuple(range(data.rank)))
    return _layer(node, source, _turned(node, weights), None, np.dtype(np.int32))


def gemm(node: Node) -> Value:
    """A layer if the second operand is constant; the third is its bias if it is one."""
    a, b = node.value(0), node.value(1)
    node.require(a.rank == b.rank == 2, f"matrices of shapes {a.shape} and {b.shape}")
    if node.integer("transA", 0):
        a = Value(a.tensor, (a.order[1], a.order[0]))
    alpha, beta = node.real("alpha", 1.0), node.real("beta", 1.0)
    if b.data is None:
        return _computed(node, a, b, alpha, beta)
    weights = b.tensor if node.integer("transB", 0) else _turned(node, b)
    if alpha != 1:
        weights = _times(node, weights, alpha)
    source = node.assembly.arranged(a, (0, 1))
    if node.optional(2) is None or is_bias(node, 2, weights.shape[0]):
        return _layer(node, source, weights, bias_of(node, 2, source, weights, beta), None)
    if node.stored is not None:
        node.unsupported("a third operand that is no bias")
    return _plus(node, _layer(node, source, weights, None, None), beta)


def _layer(
    node: Node,
    source: Tensor,
    weights: Tensor,
    bias: Tensor | None,
    dtype: np.dtype[np.generic] | None,
) -> Value:
    if source.shape[-1] != weights.shape[1]:
        node.invalid(f"{source.shape[-1]} columns times {weights.shape[1]} rows")
    return node.emit(
        FullyConnected,
        dtype=dtype,
        shape=(*source.shape[:-1], weights.shape[0]),
        input=source,
        weights=weights,
        bias=bias,
        activation=node.activation,
    )


def _turned(node: Node, weights: Value) -> Tensor:
    """(I, O) as (O, I)."""
    return node.assembly.arranged(weights, TRANSPOSED)


def _times(node: Node, weights: Tensor, alpha: float) -> Tensor:
    if weights.data is None or weights.dtype != np.float32:
        node.unsupported(f"an alpha of {alpha} over {weights.dtype}")
    data = weights.data * np.float32(alpha)
    return Tensor(weights.name, weights.shape, weights.dtype, None, data)


def _computed(node: Node, a: Value, b: Value, alpha: float, beta: float) -> Value:
    if node.stored is not None:
        node.unsupported("two computed matrices of stored integers")
    left, right = (node.assembly.arranged(value, (0, 1)) for value in (a, b))
    turned = bool(node.integer("transB", 0))
    result = node.emit(BatchMatmul, a=left, b=right, transpose_b=turned)
    return _plus(node, scaled(node, result, alpha), beta)


def _plus(node: Node, value: Value, beta: float) -> Value:
    if node.optional(2) is None:
        return value
    (a, b), order = node.alike(value, scaled(node, node.value(2), beta))
    return node.emit(Add, order, a=a, b=b)


OPERATORS: Operators = {
    "Gemm": gemm,
    "MatMul": matmul,
    "MatMulInteger": matmul_integer,
}
