# SPDX-License-Identifier: MIT
"""SCATTER_ND, SPARSE_TO_DENSE, SEGMENT_SUM and UNSORTED_SEGMENT_*; DYNAMIC_UPDATE_SLICE."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from npucore.ops import Add, Broadcast, Maximum, Minimum, Reshape, Scatter, ScatterMode
from npucore.tensor import Shape, Tensor
from npucore_tflite.node import Node, Operators
from npucore_tflite.tensors import check_size


def scatter_nd(node: Node) -> Scatter:
    """SCATTER_ND: updates are added up in zeros of a constant shape."""
    shape = tuple(int(size) for size in node.constant(2))
    updates = node.input(1)
    zeros = _filled(node, shape, updates, 0)
    return node.make(
        Scatter, input=zeros, indices=node.input(0), updates=updates, mode=ScatterMode.ADD
    )


def sparse_to_dense(node: Node) -> Scatter:
    """SPARSE_TO_DENSE: values at places, a default elsewhere; the shape is a constant."""
    indices, values = node.input(0), node.input(2)
    shape = tuple(int(size) for size in node.constant(1))
    if len(indices.shape) < 2:
        count = indices.elements if len(shape) == 1 or indices.shape else 1
        rows = (count, 1) if len(shape) == 1 else (1, indices.elements)
        indices = node.emit(Reshape, "places", shape=rows, input=indices)
    updates = node.broadcast(values, (indices.shape[0],))
    default = _filled(node, shape, values, node.real(3))
    return node.make(Scatter, input=default, indices=indices, updates=updates)


def segment_sum(node: Node) -> Scatter:
    """SEGMENT_SUM: rows are added up by constant numbers of segments."""
    numbers = node.constant(1)
    if numbers.min(initial=0) < 0:
        node.invalid("a segment below 0")
    count = int(numbers.max(initial=-1)) + 1
    return _segments(node, count, ScatterMode.ADD, 0)


def unsorted_segments(mode: ScatterMode) -> Callable[[Node], Scatter]:
    """A builder: rows are joined by numbers of segments, of which there is a constant number."""

    def build(node: Node) -> Scatter:
        dtype = node.input(0).dtype
        limits = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
        first = {
            ScatterMode.ADD: 0,
            ScatterMode.MULTIPLY: 1,
            ScatterMode.MAX: limits.min,
            ScatterMode.MIN: limits.max,
        }[mode]
        return _segments(node, node.integer(2), mode, float(first))

    return build


def _segments(node: Node, count: int, mode: ScatterMode, first: float) -> Scatter:
    data, numbers = node.input(0), node.input(1)
    depth = len(numbers.shape)
    start = _filled(node, (count, *data.shape[depth:]), data, first)
    column = node.emit(Reshape, "column", shape=(*numbers.shape, 1), input=numbers)
    return node.make(Scatter, input=start, indices=column, updates=data, mode=mode)


def dynamic_update_slice(node: Node) -> Scatter:
    """DYNAMIC_UPDATE_SLICE: a box put to a place, which is moved inside."""
    x, updates, start = (node.input(position) for position in range(3))
    if len(updates.shape) != len(x.shape) or any(
        small > large for small, large in zip(updates.shape, x.shape, strict=True)
    ):
        node.invalid(f"{updates.shape} put into {x.shape}")
    most = np.subtract(x.shape, updates.shape).astype(start.dtype)
    limit = Tensor("limit", most.shape, most.dtype, None, most)
    inside = node.emit(Minimum, "above", a=start, b=limit)
    first = node.emit(Maximum, "first", a=inside, b=node.number(0, inside))
    node.reserve(3 * updates.elements * max(len(updates.shape), 1))
    grid = np.moveaxis(np.indices(updates.shape), 0, -1).astype(start.dtype)
    offsets = Tensor("offsets", grid.shape, grid.dtype, None, np.ascontiguousarray(grid))
    wide = node.emit(Broadcast, "corner", shape=grid.shape, input=first)
    places = node.emit(Add, "places", a=wide, b=offsets)
    return node.make(Scatter, input=x, indices=places, updates=updates)


def _filled(node: Node, shape: Shape, like: Tensor, number: float) -> Tensor:
    check_size(shape, like.dtype, node.where)
    data = np.broadcast_to(np.array(number).astype(like.dtype), shape)
    return Tensor("start", shape, like.dtype, like.quantization, data)


OPERATORS: Operators = {
    "DYNAMIC_UPDATE_SLICE": dynamic_update_slice,
    "SCATTER_ND": scatter_nd,
    "SEGMENT_SUM": segment_sum,
    "SPARSE_TO_DENSE": sparse_to_dense,
    "UNSORTED_SEGMENT_MAX": unsorted_segments(ScatterMode.MAX),
    "UNSORTED_SEGMENT_MIN": unsorted_segments(ScatterMode.MIN),
    "UNSORTED_SEGMENT_PROD": unsorted_segments(ScatterMode.MULTIPLY),
    "UNSORTED_SEGMENT_SUM": unsorted_segments(ScatterMode.ADD),
}
