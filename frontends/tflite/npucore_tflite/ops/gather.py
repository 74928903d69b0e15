# SPDX-License-Identifier: MIT
"""GATHER, EMBEDDING_LOOKUP and MIRROR_PAD."""

from __future__ import annotations

import numpy as np
import tflite

from npucore.ops import Concatenation, Gather, GatherNd, Op, Reshape, Transpose
from npucore.tensor import Array, Tensor
from npucore_tflite.node import Node, Operators

REFLECT = 0  # tflite.MirrorPadMode


def gather(node: Node) -> Op:
    """GATHER; batch dimensions become indices of their own."""
    options = node.options(tflite.GatherOptions, "Axis", "BatchDims")
    x, indices = node.input(0), node.input(1)
    axis = node.axis(options["Axis"], len(x.shape))
    batch = options["BatchDims"]
    batch = batch + len(indices.shape) if batch < 0 else batch
    if batch == 0:
        return node.make(Gather, input=x, indices=indices, axis=axis)
    if not batch <= min(axis, len(indices.shape)):
        node.invalid(f"{batch} batch dimensions, axis {axis}")
    return _batched(node, x, indices, axis, batch)


def _batched(node: Node, x: Tensor, indices: Tensor, axis: int, batch: int) -> Op:
    rank = len(x.shape)
    first = (*range(batch), axis, *(a for a in range(batch, rank) if a != axis))
    if first != tuple(range(rank)):
        x = node.emit(Transpose, "first", like=x, input=x, permutation=first)
    node.reserve(3 * indices.elements * (len(indices.shape) + 1))
    own = np.indices(indices.shape)[:batch]
    data = np.ascontiguousarray(np.moveaxis(own, 0, -1).astype(indices.dtype))
    places = Tensor("batch", data.shape, data.dtype, None, data)
    column = node.emit(Reshape, "column", shape=(*indices.shape, 1), input=indices)
    operands = (places, column)
    whole = node.emit(
        Concatenation, "indices", dtype=indices.dtype, operands=operands, axis=len(indices.shape)
    )
    if axis == batch:
        return node.make(GatherNd, input=x, indices=whole)
    found = node.emit(GatherNd, "picked", like=x, input=x, indices=whole)
    count, between = len(indices.shape), axis - batch
    order = (
        *range(batch),
        *range(count, count + between),
        *range(batch, count),
        *range(count + between, len(found.shape)),
    )
    return node.make(Transpose, input=found, permutation=order)


def embedding_lookup(node: Node) -> Gather:
    """EMBEDDING_LOOKUP: rows of a table."""
    return node.make(Gather, input=node.input(1), indices=node.input(0), axis=0)


def mirror_pad(node: Node) -> Op:
    """MIRROR_PAD: elements picked by constant indices, axis by axis."""
    mode = node.options(tflite.MirrorPadOptions, "Mode")["Mode"]
    x, counts = node.input(0), node.constant(1, rank=2)
    if counts.shape != (len(x.shape), 2) or counts.min(initial=0) < 0:
        node.invalid(f"paddings {counts.tolist()} of shape {x.shape}")
    for axis, (before, after) in enumerate(counts.tolist()):
        if before or after:
            places = _mirrored(node, x.shape[axis], before, after, edge=mode != REFLECT)
            label = f"axis{axis}"
            x = node.emit(Gather, label, like=x, input=x, indices=places, axis=axis)
    return node.finish(x)


def _mirrored(node: Node, size: int, before: int, after: int, *, edge: bool) -> Tensor:
    most = size if edge else size - 1
    if max(before, after) > most:
        node.invalid(f"a mirrored border of {max(before, after)} around {size}")
    node.reserve(3 * (size + before + after))
    places: Array = np.pad(
        np.arange(size, dtype=np.int32), (before, after), "symmetric" if edge else "reflect"
    )
    return Tensor("places", places.shape, places.dtype, None, places)


OPERATORS: Operators = {
    "EMBEDDING_LOOKUP": embedding_lookup,
    "GATHER": gather,
    "MIRROR_PAD": mirror_pad,
}
