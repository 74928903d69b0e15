# SPDX-License-Identifier: MIT
"""SHAPE, RANK, RANGE, BROADCAST_ARGS and WHERE: shapes are fixed here, so these are known."""

from __future__ import annotations

import math

import numpy as np

from npucore.tensor import Array, Tensor
from npucore_tflite.node import Folders, Node
from npucore_tflite.tensors import check_size


def fold_shape(node: Node) -> Tensor:
    """SHAPE: the operand's shape, as the integers that the file declares."""
    if node.output.dtype not in (np.int32, np.int64):
        node.invalid(f"a shape of {node.output.dtype}")
    return constant(node, np.array(node.input(0).shape, node.output.dtype))


def fold_rank(node: Node) -> Tensor:
    """RANK: how many axes the operand has."""
    return constant(node, np.array(len(node.input(0).shape), np.int32))


def fold_range(node: Node) -> Tensor:
    """RANGE of constants."""
    start, limit, delta = (_one(node, position) for position in range(3))
    if delta == 0:
        node.invalid("a range in steps of 0")
    count = max(math.ceil((limit - start) / delta), 0)
    dtype = node.input(0).dtype
    check_size((count,), dtype, node.where)
    node.reserve(3 * count)
    return constant(node, (start + np.arange(count) * delta).astype(dtype))


def fold_broadcast_args(node: Node) -> Tensor:
    """BROADCAST_ARGS: the shape to which two shapes are broadcast."""
    shapes = [tuple(int(size) for size in node.constant(position)) for position in (0, 1)]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        node.invalid(f"{shapes[0]} and {shapes[1]} do not broadcast")
    return constant(node, np.array(shape, node.input(0).dtype))


def fold_where(node: Node) -> Tensor:
    """WHERE of a constant: the places of what is not 0."""
    node.reserve(2 * node.input(0).elements * max(len(node.input(0).shape), 1))
    return constant(node, np.argwhere(_known(node)).astype(np.int64))


def _known(node: Node) -> Array:
    data = node.input(0).data
    if data is None:
        node.unsupported(
            f"the shape of its result depends on the numbers of {node.input(0).name}, "
            "which are computed"
        )
    return data


def _one(node: Node, position: int) -> float | int:
    data = node.input(position).data
    if data is None or data.size != 1:
        node.unsupported(f"operand {position} ({node.input(position).name}) is computed")
    number: float | int = data.reshape(-1)[0].item()
    return number


def constant(node: Node, data: Array) -> Tensor:
    """The node's result."""
    data = np.array(data, order="C")
    return Tensor(node.output.name, data.shape, data.dtype, None, data)


FOLDERS: Folders = {
    "BROADCAST_ARGS": fold_broadcast_args,
    "RANGE": fold_range,
    "RANK": fold_rank,
    "SHAPE": fold_shape,
    "WHERE": fold_where,
}
