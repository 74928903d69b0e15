# SPDX-License-Identifier: MIT
"""Gather, and GatherND."""

from __future__ import annotations

from typing import Any

import numpy as np

from npucore.ops import Gather, GatherNd, StridedSlice
from npucore.tensor import Array, Tensor
from npucore_onnx.node import Node
from npucore_onnx.value import Value


def gather(node: Node) -> Value:
    """A slice for one constant index, else the op; negative indices count from the back."""
    value, indices = node.value(0), node.value(1)
    axis = node.axis(node.integer("axis", 0), max(value.rank, 1))
    if indices.data is not None and indices.rank == 0:
        return _slice(node, axis, int(indices.data))
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
    if node.integer("batch_dims", 0):
        node.unsupported("batch dimensions")
    source, indices = node.tensor(0), node.value(1)
    if indices.data is None or indices.rank == 0:
        return node.moved(GatherNd, input=source, indices=node.tensor(1))
    limits = np.array(source.shape[: indices.shape[-1]])
    node.require(indices.shape[-1] == len(limits), f"{indices.shape[-1]} indices")
    wrapped = np.where(indices.data < 0, indices.data + limits, indices.data)
    return node.moved(GatherNd, input=source, indices=_indices(node, wrapped))


def picked(node: Node, value: Value, axis: int, indices: Array) -> Value:
    """Elements along one axis, by constant indices; other axes stay where they are."""
    fields: dict[str, Any] = {"indices": _indices(node, indices), "axis": value.order[axis]}
    return node.moved(Gather, value.order, input=value.tensor, **fields)


def _indices(node: Node, indices: Array) -> Tensor:
    data = indices.astype(np.int64)
    return Tensor(f"{node.label}/indices", data.shape, data.dtype, None, data)


def _slice(node: Node, axis: int, index: int) -> Value:
    source = node.tensor(0)
    size = source.shape[axis]
    node.require(-size <= index < size, f"index {index} of {size}")
    begin = tuple(index % size if a == axis else 0 for a in range(len(source.shape)))
    sizes = tuple(1 if a == axis else n for a, n in enumerate(source.shape))
    fields: dict[str, Any] = {
        "begin": begin,
        "sizes": sizes,
        "strides": (1,) * len(sizes),
        "dropped": (axis,),
    }
    return node.moved(StridedSlice, input=source, **fields)
