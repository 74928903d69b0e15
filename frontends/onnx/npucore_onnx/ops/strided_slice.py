# SPDX-License-Identifier: MIT
"""Slice."""

from __future__ import annotations

from npucore.ops import StridedSlice
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def strided_slice(node: Node) -> Value:
    """Begins, sizes and steps along every axis; ends beyond the axis are its end."""
    value = node.value(0)
    begins, sizes, steps = slices(node, value)
    if sizes == list(value.shape) and all(step == 1 for step in steps):
        return value
    fields = {
        name: node.in_order(tuple(numbers), value.order)
        for name, numbers in (("begin", begins), ("sizes", sizes), ("strides", steps))
    }
    return node.moved(StridedSlice, value.order, input=value.tensor, **fields)


def slices(node: Node, value: Value) -> tuple[list[int], list[int], list[int]]:
    """(begins, sizes, steps), one number for each axis."""
    starts, ends = node.integers_of("starts", 1, 10), node.integers_of("ends", 2, 10)
    if starts is None or ends is None:
        node.invalid("starts or ends are missing")
    axes = node.integers_of("axes", 3, 10) or list(range(len(starts)))
    steps = (node.integers_of("steps", 4, 10) if node.opset >= 10 else None) or [1] * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        node.invalid(f"starts {starts}, ends {ends}, axes {axes}, steps {steps}")
    begin, sizes, strides = [0] * value.rank, list(value.shape), [1] * value.rank
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        place = node.axis(axis, value.rank)
        taken = range(*slice(start, end, step).indices(value.shape[place]))
        begin[place] = taken.start if taken else 0
        sizes[place], strides[place] = len(taken), step
    return begin, sizes, strides


OPERATORS: Operators = {"Slice": strided_slice}
