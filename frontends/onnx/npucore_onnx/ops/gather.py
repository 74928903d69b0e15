# SPDX-License-Identifier: MIT
"""Gather, GatherND and Compress."""

from __future__ import annotations

from typing import Any

import numpy as np

from npucore.ops import Concatenation, Gather, GatherNd, StridedSlice
from npucore.tensor import Array, Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value, plain


def gather(node: Node) -> Value:
    """A slice for one constant index, else the op; negative indices count from the back."""
    value, indices = node.value(0), node.value(1)
    axis = node.axis(node.integer("axis", 0), max(value.rank, 1))
    if indices.data is not None and indices.rank == 0:
        return sliced(node, value, axis, int(indices.data))
    if indices.data is not None:
        size = value.shape[axis]
        wrapped = np.where(indices.data < 0, indices.data + size, indices.data)
        node.require(bool(((wrapped >= 0) & (wrapped < size)).all()), f"an index outside {size}")
        if indices.rank == 1:
            return picked(node, value, axis, wrapped)
        tensor = _indices(node, wrapped)
    else:
        tensor = node.tensor(1)
    return node.moved(Gather, input=node.tensor(0), indices=tensor, axis=axis)


def gather_nd(node: Node) -> Value:
    """Read the operator; negative constant indices count from the back."""
    source, indices = node.tensor(0), node.value(1)
    if batch := node.integer("batch_dims", 0):
        indices = _with_batch(node, indices, batch)
    if indices.data is None or indices.rank == 0:
        tensor = node.assembly.arranged(indices, plain(indices.rank))
        return node.moved(GatherNd, input=source, indices=tensor)
    limits = np.array(source.shape[: indices.shape[-1]])
    node.require(indices.shape[-1] == len(limits), f"{indices.shape[-1]} indices")
    wrapped = np.where(indices.data < 0, indices.data + limits, indices.data)
    return node.moved(GatherNd, input=source, indices=_indices(node, wrapped))


def _with_batch(node: Node, indices: Value, batch: int) -> Value:
    """Indices that begin with the places along the first *batch* axes, which both have."""
    node.require(0 <= batch < indices.rank, f"{batch} batch dimensions of {indices.shape}")
    tensor = node.assembly.arranged(indices, plain(indices.rank))
    node.reserve(3 * tensor.elements * (batch + 1))
    own = np.indices(tensor.shape[:-1])[:batch]
    places = np.ascontiguousarray(np.moveaxis(own, 0, -1).astype(tensor.dtype))
    label = f"{node.label}/indices"
    if tensor.data is not None:
        whole = np.concatenate([places, tensor.data], -1)
        return Value.of(Tensor(label, whole.shape, whole.dtype, None, whole))
    parts = (Tensor(f"{label}/batch", places.shape, places.dtype, None, places), tensor)
    axis = indices.rank - 1
    return Value.of(
        node.assembly.emit(Concatenation, label, tensor.dtype, operands=parts, axis=axis)
    )


def picked(node: Node, value: Value, axis: int, indices: Array) -> Value:
    """Elements along one axis, by constant indices; other axes stay where they are."""
    fields: dict[str, Any] = {"indices": _indices(node, indices), "axis": value.order[axis]}
    return node.moved(Gather, value.order, input=value.tensor, **fields)


def _indices(node: Node, indices: Array) -> Tensor:
    data = indices.astype(np.int64)
    return Tensor(f"{node.label}/indices", data.shape, data.dtype, None, data)


def sliced(node: Node, value: Value, axis: int, index: int) -> Value:
    """*value* at one index of an axis, without that axis."""
    source = node.assembly.arranged(value, plain(value.rank))
    size = source.shape[axis]
    node.require(-size <= index < size, f"index {index} of {size}")
    if source.data is not None and source.quantization is None:
        data = np.array(np.take(source.data, index, axis), order="C")
        return Value.of(Tensor(f"{source.name}/{index}", data.shape, data.dtype, None, data))
    begin = tuple(index % size if a == axis else 0 for a in range(len(source.shape)))
    sizes = tuple(1 if a == axis else n for a, n in enumerate(source.shape))
    fields: dict[str, Any] = {
        "begin": begin,
        "sizes": sizes,
        "strides": (1,) * len(sizes),
        "dropped": (axis,),
    }
    return node.moved(StridedSlice, input=source, **fields)


def compress(node: Node) -> Value:
    """The elements, or slices along an axis, that a constant condition marks."""
    marks = node.constant(1).reshape(-1)
    value = node.value(0)
    if not node.has("axis"):
        elements = int(np.prod(value.shape))
        value = Value.of(node.assembly.reshaped(node.tensor(0), (elements,)))
    axis = node.axis(node.integer("axis", 0), value.rank)
    node.require(len(marks) <= value.shape[axis], f"{len(marks)} marks for {value.shape[axis]}")
    return picked(node, value, axis, np.flatnonzero(marks))


OPERATORS: Operators = {
    "Compress": compress,
    "Gather": gather,
    "GatherND": gather_nd,
}
