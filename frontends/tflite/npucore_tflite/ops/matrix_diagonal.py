# SPDX-License-Identifier: MIT
"""MATRIX_DIAG, and MATRIX_SET_DIAG."""

from __future__ import annotations

import numpy as np

from npucore.ops import Reshape, Select
from npucore.tensor import Shape, Tensor
from npucore_tflite.node import Node, Operators


def matrix_diagonal(node: Node) -> Select:
    """MATRIX_DIAG: numbers on the diagonal, zeros elsewhere."""
    x = node.input(0)
    if not x.shape:
        node.invalid("a diagonal of a scalar")
    shape = (*x.shape, x.shape[-1])
    return _set(node, x, _zeros(shape, x), shape)


def matrix_set_diagonal(node: Node) -> Select:
    """MATRIX_SET_DIAG: a matrix with another diagonal."""
    matrix, diagonal = node.input(0), node.input(1)
    if len(matrix.shape) < 2 or diagonal.shape != (
        *matrix.shape[:-2],
        min(matrix.shape[-2:]),
    ):
        node.invalid(f"a diagonal of {diagonal.shape} in {matrix.shape}")
    if matrix.shape[-2] != matrix.shape[-1]:
        node.unsupported(f"a diagonal in a matrix of {matrix.shape}, wanted a square one")
    return _set(node, diagonal, matrix, matrix.shape)


def _set(node: Node, diagonal: Tensor, matrix: Tensor, shape: Shape) -> Select:
    if matrix.dtype == np.bool_:
        node.unsupported("a diagonal of bool, which TFLite's own kernel mixes up")
    column = node.emit(Reshape, "row", like=diagonal, shape=(*diagonal.shape, 1), input=diagonal)
    mask = np.broadcast_to(np.eye(shape[-2], shape[-1], dtype=np.bool_), shape)
    condition = Tensor("diagonal", shape, mask.dtype, None, mask)
    return node.make(Select, condition=condition, a=node.broadcast(column, shape), b=matrix)


def _zeros(shape: Shape, like: Tensor) -> Tensor:
    data = np.broadcast_to(np.zeros((), like.dtype), shape)
    return Tensor("zeros", shape, like.dtype, like.quantization, data)


OPERATORS: Operators = {
    "MATRIX_DIAG": matrix_diagonal,
    "MATRIX_SET_DIAG": matrix_set_diagonal,
}
