# SPDX-License-Identifier: MIT
"""ConvTranspose."""

from __future__ import annotations

import dataclasses

import numpy as np

from npucore.ops import Concatenation, Padding, StridedSlice, TransposeConvolution
from npucore.tensor import Array, Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.window import as_map, as_value, pads, pair, spatial_rank
from npucore_onnx.value import Value

LARGEST_KERNEL = 1 << 12  # rows or columns, the holes of a dilation included


def transpose_convolution(node: Node) -> Value:
    """One op for each group; a dilation becomes zeros in the weights."""
    rank = spatial_rank(node)
    source, weights = as_map(node, node.value(0)), _kernel(node, rank)
    groups, each = node.integer("group", 1), weights.shape[1]
    channels = source.shape[3]
    if groups < 1 or channels % groups or weights.shape[0] != channels:
        node.invalid(f"{groups} groups, weights of {weights.shape} over {channels} channels")
    stride = pair(node, "strides", rank)
    padding = _padding(node, rank, source, (weights.shape[2], weights.shape[3]), stride)
    bias = _bias(node, each * groups)
    results = []
    for group in range(groups):
        inputs = slice(group * channels // groups, (group + 1) * channels // groups)
        outputs = slice(group * each, (group + 1) * each)
        data = np.ascontiguousarray(weights[inputs].transpose(1, 2, 3, 0))
        result = node.emit(
            TransposeConvolution,
            input=_channels(node, source, inputs),
            weights=Tensor(f"{node.label}/weights", data.shape, data.dtype, None, data),
            bias=None if bias is None else _part(bias, outputs),
            stride=stride,
            padding=padding,
        )
        results.append(result.tensor)
    if groups > 1:
        operands = {"operands": tuple(results), "axis": 3, "dtype": results[0].dtype}
        results = [node.emit(Concatenation, **operands).tensor]  # type: ignore[arg-type]
    return as_value(node, results[0], rank)


def _kernel(node: Node, rank: int) -> Array:
    """(C, O, KH, KW) with the holes of the dilation."""
    data = node.constant(1)
    if data.ndim != rank + 2 or min(data.shape) < 1:
        node.invalid(f"weights of shape {data.shape}")
    data = data.reshape(*data.shape[:2], *([1] if rank == 1 else []), *data.shape[2:])
    dilation = pair(node, "dilations", rank)
    if dilation == (1, 1):
        return data
    rows, columns = ((k - 1) * d + 1 for k, d in zip(data.shape[2:], dilation, strict=True))
    if max(rows, columns) > LARGEST_KERNEL:
        node.unsupported(f"a kernel of {rows} x {columns}")
    node.reserve(data.shape[0] * data.shape[1] * rows * columns)
    wide = np.zeros((*data.shape[:2], rows, columns), data.dtype)
    wide[:, :, :: dilation[0], :: dilation[1]] = data
    return wide


def _padding(
    node: Node, rank: int, source: Tensor, kernel: tuple[int, int], stride: tuple[int, int]
) -> Padding:
    """What is cut off the full result. Source: ONNX ConvTranspose, output_shape and pads."""
    extra = node.integers("output_padding", [0] * rank)
    node.require(len(extra) == rank, f"the attribute output_padding is {extra}")
    below, beside = extra if rank == 2 else [0, *extra]
    full = [(n - 1) * s + k for n, s, k in zip(source.shape[1:3], stride, kernel, strict=True)]
    wanted = _wanted(node, rank, source, stride)
    if wanted is None:
        top, bottom, left, right = pads(node, rank)
        return Padding(top, bottom - below, left, right - beside)
    upper = node.text("auto_pad", "NOTSET") == "SAME_UPPER"
    sides = []
    for size, out, more in zip(full, wanted, (below, beside), strict=True):
        total = size + more - out
        less = total // 2 if upper else total - total // 2
        sides.append((less, total - less - more))
    return Padding(*sides[0], *sides[1])


def _wanted(
    node: Node, rank: int, source: Tensor, stride: tuple[int, int]
) -> tuple[int, int] | None:
    """Rows and columns that the node asks for, if it does."""
    if node.has("output_shape"):
        shape = node.integers("output_shape")[-rank:]
        node.require(len(shape) == rank and min(shape) >= 1, f"an output_shape of {shape}")
        return (shape[0], shape[1]) if rank == 2 else (1, shape[0])
    if node.text("auto_pad", "NOTSET") in ("SAME_UPPER", "SAME_LOWER"):
        return source.shape[1] * stride[0], source.shape[2] * stride[1]
    return None


def _bias(node: Node, outputs: int) -> Tensor | None:
    if node.optional(2) is None:
        return None
    data = node.constant(2)
    node.require(data.shape == (outputs,), f"a bias of shape {data.shape} for {outputs} outputs")
    return Tensor(node.record.operands[2].name, data.shape, data.dtype, None, data)


def _part(bias: Tensor, chosen: slice) -> Tensor:
    data = None if bias.data is None else bias.data[chosen]
    return dataclasses.replace(bias, shape=(chosen.stop - chosen.start,), data=data)


def _channels(node: Node, source: Tensor, chosen: slice) -> Tensor:
    """Some channels of a map."""
    count = chosen.stop - chosen.start
    if count == source.shape[3]:
        return source
    fields = {"begin": (0, 0, 0, chosen.start), "sizes": (*source.shape[:3], count)}
    return node.moved(StridedSlice, input=source, strides=(1,) * 4, **fields).tensor


OPERATORS: Operators = {"ConvTranspose": transpose_convolution}
