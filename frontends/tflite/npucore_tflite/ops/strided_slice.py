# SPDX-License-Identifier: MIT
"""STRIDED_SLICE and SLICE."""

from __future__ import annotations

from typing import Any

import tflite

from npucore.ops import Op, Reshape, StridedSlice
from npucore_tflite.node import Node, Operators

MASKS = ("BeginMask", "EndMask", "EllipsisMask", "NewAxisMask", "ShrinkAxisMask")


def strided_slice(node: Node) -> Op:
    """Resolve masks, negative indices and open ends. Source: TFLite StridedSliceParams."""
    options = node.options(tflite.StridedSliceOptions, *MASKS, "Offset")
    begins, ends, strides = (node.constant(position).tolist() for position in (1, 2, 3))
    if not len(begins) == len(ends) == len(strides):
        node.invalid(f"{len(begins)} begins, {len(ends)} ends, {len(strides)} strides")
    if options["Offset"]:
        ends = [begin + end for begin, end in zip(begins, ends, strict=True)]
    specs = _spread(node, options, list(zip(begins, ends, strides, strict=True)))
    begin, sizes, steps = list[int](), list[int](), list[int]()
    dropped, added = list[int](), list[int]()
    axis = 0
    for place, spec in enumerate(specs):
        if spec is None:
            added.append(place - len(dropped))
            continue
        first, size, step, shrink = _resolved(node, options, spec, node.input(0).shape[axis], axis)
        begin.append(first)
        sizes.append(size)
        steps.append(step)
        if shrink:
            dropped.append(axis)
        axis += 1
    fields: dict[str, Any] = {
        "begin": tuple(begin),
        "sizes": tuple(sizes),
        "strides": tuple(steps),
        "dropped": tuple(dropped),
    }
    x = node.input(0)
    if not added:
        return node.make(StridedSlice, input=x, **fields)
    sliced = node.emit(StridedSlice, "slice", like=x, input=x, **fields)
    shape = list(sliced.shape)
    for place in added:
        shape.insert(place, 1)
    return node.make(Reshape, shape=tuple(shape), input=sliced)


Spec = tuple[int, int, int, int]
"""Begin, end, stride, and the place by which the masks know the entry; -1 for a whole axis."""


def _spread(
    node: Node, options: dict[str, Any], entries: list[tuple[int, int, int]]
) -> list[Spec | None]:
    """An entry for each axis of the operand, and None for each new axis."""
    rank = len(node.input(0).shape)
    specs: list[Spec | None] = []
    whole: Spec = (0, 0, 1, -1)
    new = sum(
        bool(options["NewAxisMask"] >> place & 1) and not options["EllipsisMask"] >> place & 1
        for place in range(len(entries))
    )
    ellipses = sum(bool(options["EllipsisMask"] >> place & 1) for place in range(len(entries)))
    given = len(entries) - new - ellipses
    if given > rank or ellipses > 1:
        node.invalid(f"{given} entries and {ellipses} ellipses for {rank} axes")
    for place, (begin, end, stride) in enumerate(entries):
        if options["EllipsisMask"] >> place & 1:
            specs += [whole] * (rank - given)
        elif options["NewAxisMask"] >> place & 1:
            specs.append(None)
        else:
            specs.append((begin, end, stride, place))
    found = sum(spec is not None for spec in specs)
    return [*specs, *[whole] * (rank - found)]


def _resolved(
    node: Node, options: dict[str, Any], spec: Spec, size: int, axis: int
) -> tuple[int, int, int, bool]:
    """(begin, size, stride, whether the axis is dropped)."""
    begin, end, stride, place = spec
    if place < 0:
        return 0, size, 1, False
    if stride == 0:
        node.invalid(f"stride 0 along axis {axis}")
    shrink = bool(options["ShrinkAxisMask"] >> place & 1)
    if shrink:
        index = 0 if options["BeginMask"] >> place & 1 else begin
        if not -size <= index < size:
            node.invalid(f"element {index} of an axis of {size}")
        return index % size, 1, 1, True
    chosen = slice(
        None if options["BeginMask"] >> place & 1 else begin,
        None if options["EndMask"] >> place & 1 else end,
        stride,
    )
    places = range(*chosen.indices(size))
    return (places.start if places else 0), len(places), stride, False


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


OPERATORS: Operators = {
    "SLICE": slice_,
    "STRIDED_SLICE": strided_slice,
}
