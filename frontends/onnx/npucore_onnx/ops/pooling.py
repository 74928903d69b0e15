# SPDX-License-Identifier: MIT
"""MaxPool, AveragePool and their global kin."""

from __future__ import annotations

import dataclasses

from npucore.ops import Mean, Pad, Padding, Pooling, PoolingType, ReduceMax
from npucore.tensor import Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.window import Window, as_map, as_value, spatial_rank, window
from npucore_onnx.value import Value


def max_pooling(node: Node) -> Value:
    """Stored numbers are compared as they are; no indices, no dilation."""
    if node.wants(1):
        node.unsupported("the indices of the largest values")
    source, seen = _seen(node, node.value(0))
    result = node.moved(
        Pooling,
        type=PoolingType.MAX,
        input=source,
        kernel=seen.kernel,
        stride=seen.stride,
        padding=seen.padding,
    )
    return as_value(node, result.tensor, spatial_rank(node))


def average_pooling(node: Node) -> Value:
    """Borders that count are a pad of their own."""
    return _average(node, node.value(0))


def _average(node: Node, value: Value) -> Value:
    source, seen = _seen(node, value)
    if node.integer("count_include_pad", 0) and any(seen.padding):
        source, seen = _with_border(node, source, seen)
    result = node.emit(
        Pooling,
        type=PoolingType.AVERAGE,
        input=source,
        kernel=seen.kernel,
        stride=seen.stride,
        padding=seen.padding,
    )
    return as_value(node, result.tensor, spatial_rank(node))


def global_average_pooling(node: Node) -> Value:
    """The mean over all rows and columns."""
    spatial_rank(node)
    axes = tuple(sorted(node.value(0).order[2:]))
    source = node.value(0)
    return node.emit(Mean, source.order, input=source.tensor, axes=axes, keep_axes=True)


def global_max_pooling(node: Node) -> Value:
    """The maximum over all rows and columns."""
    spatial_rank(node)
    axes = tuple(sorted(node.value(0).order[2:]))
    source = node.value(0)
    return node.moved(ReduceMax, source.order, input=source.tensor, axes=axes, keep_axes=True)


def _seen(node: Node, value: Value) -> tuple[Tensor, Window]:
    """The map and the window; what `ceil_mode` adds lies below and on the right."""
    rank = spatial_rank(node)
    source = as_map(node, value)
    kernel = tuple(node.integers("kernel_shape"))
    node.require(len(kernel) == rank and min(kernel) >= 1, f"a kernel_shape of {kernel}")
    seen = window(node, kernel, (source.shape[1], source.shape[2]))
    if seen.dilation != (1, 1):
        node.unsupported(f"a dilation of {seen.dilation[0]} x {seen.dilation[1]} in a pool")
    if node.integer("ceil_mode", 0):
        top, bottom, left, right = seen.padding
        bottom += _rest(source.shape[1], seen.kernel[0], seen.stride[0], top, bottom)
        right += _rest(source.shape[2], seen.kernel[1], seen.stride[1], left, right)
        seen = dataclasses.replace(seen, padding=Padding(top, bottom, left, right))
    return source, seen


def _rest(size: int, kernel: int, stride: int, before: int, after: int) -> int:
    """What a last window needs that begins within the map or the border before it."""
    room = size + before + after - kernel
    windows = -(-room // stride) + 1
    if (windows - 1) * stride >= size + before:
        windows -= 1
    return max((windows - 1) * stride - room, 0)


def _with_border(node: Node, source: Tensor, seen: Window) -> tuple[Tensor, Window]:
    """A map with the border that the node declares; what `ceil_mode` has added does not count."""
    declared = window(node, seen.kernel[2 - spatial_rank(node) :], _size(source)).padding
    top, bottom, left, right = declared
    fields = {"before": (0, top, left, 0), "after": (0, bottom, right, 0)}
    grown = node.moved(Pad, input=source, **fields).tensor
    rest = Padding(0, seen.padding.bottom - bottom, 0, seen.padding.right - right)
    return grown, dataclasses.replace(seen, padding=rest)


def _size(source: Tensor) -> tuple[int, int]:
    return source.shape[1], source.shape[2]


OPERATORS: Operators = {
    "AveragePool": average_pooling,
    "GlobalAveragePool": global_average_pooling,
    "GlobalMaxPool": global_max_pooling,
    "MaxPool": max_pooling,
}
