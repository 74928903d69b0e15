# SPDX-License-Identifier: MIT
"""STRIDED_SLICE and SLICE."""

from __future__ import annotations

import tflite

from npucore.ops import StridedSlice
from npucore_tflite.node import Node

MASKS = ("BeginMask", "EndMask", "EllipsisMask", "NewAxisMask", "ShrinkAxisMask")


def strided_slice(node: Node) -> StridedSlice:
    """Resolve masks, negative indices and open ends. Source: TFLite StridedSliceParams."""
    shape = node.input(0).shape
    options = node.options(tflite.StridedSliceOptions, *MASKS)
    if options["EllipsisMask"] or options["NewAxisMask"]:
        node.unsupported("an ellipsis or a new axis")
    begins, ends, strides = (node.constant(position).tolist() for position in (1, 2, 3))
    if not len(begins) == len(ends) == len(strides) <= len(shape):
        node.invalid(f"{len(begins)} begins, {len(ends)} ends, {len(strides)} strides")
    begin, sizes, dropped = [], [], []
    for axis, size in enumerate(shape):
        if axis >= len(begins):
            begin.append(0)
            sizes.append(size)
            strides.append(1)
            continue
        if strides[axis] == 0:
            node.invalid(f"stride 0 along axis {axis}")
        shrink = bool(options["ShrinkAxisMask"] >> axis & 1)
        chosen = slice(
            None if options["BeginMask"] >> axis & 1 else begins[axis],
            None if options["EndMask"] >> axis & 1 or shrink else ends[axis],
            strides[axis],
        )
        places = range(*chosen.indices(size))
        begin.append(places.start if places else 0)
        sizes.append(min(len(places), 1) if shrink else len(places))
        if shrink:
            dropped.append(axis)
    return node.make(
        StridedSlice,
        input=node.input(0),
        begin=tuple(begin),
        sizes=tuple(sizes),
        strides=tuple(strides),
        dropped=tuple(dropped),
    )


def slice_(node: Node) -> StridedSlice:
    """SLICE: a begin and a size along every axis, -1 for all that is left."""
    shape = node.input(0).shape
    begin, sizes = (tuple(node.constant(position).tolist()) for position in (1, 2))
    if not len(begin) == len(sizes) == len(shape):
        node.invalid(f"{len(begin)} begins and {len(sizes)} sizes for shape {shape}")
    taken = tuple(
        n - first if size == -1 else size
        for n, first, size in zip(shape, begin, sizes, strict=True)
    )
    return node.make(
        StridedSlice, input=node.input(0), begin=begin, sizes=taken, strides=(1,) * len(shape)
    )
