# SPDX-License-Identifier: MIT
"""Transposed convolutions -> a convolution for each place in a block, and the blocks' pixels.

A block of outputs has kernels of its own, which are every n-th row and column of the one; they go
over the input as it is, so that nothing lies between its pixels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from npucore.graph import Graph
from npucore.ops import TransposeConvolution
from npucore.quantize import Int64s, accumulator_scales
from npucore.tensor import Array
from npucore_rocket.layout import flip_sign
from npucore_rocket.lower.interleave import interleaved
from npucore_rocket.lower.layer import Layer
from npucore_rocket.maps import MapShape, scratch
from npucore_rocket.quantize import corrected_bias, weight_zero_points, zero_point


class Axis(NamedTuple):
    """One direction: blocks, the first of them, taps of a block's kernels, and what is cut off."""

    blocks: int
    first: int
    taps: int
    crop: int

    @property
    def padding(self) -> int:
        """In front of the map; below 0 input pixels would be left out."""
        return self.taps - 1 - self.first


def axes(op: TransposeConvolution) -> tuple[Axis, Axis]:
    """Rows and columns."""
    cut = op.padding.top, op.padding.left
    sizes = zip(op.kernel, op.stride, cut, op.output.shape[1:3], strict=True)
    rows, columns = (_axis(*each) for each in sizes)
    return rows, columns


def _axis(kernel: int, stride: int, cut: int, size: int) -> Axis:
    first, last = cut // stride, (cut + size - 1) // stride
    return Axis(last - first + 1, first, -(-kernel // stride), cut - first * stride)


def lower(op: TransposeConvolution, graph: Graph) -> tuple[Layer, ...]:
    """Two layers; the second changes no value. One, where pixels stay together."""
    rows, columns = axes(op)
    zeros = weight_zero_points(op.weights)
    weights, zeros = _of_blocks(op, zeros)
    block = op.stride[0] * op.stride[1]
    bias = np.zeros(op.weights.shape[0], np.int64)
    if op.bias is not None and op.bias.data is not None:
        bias = op.bias.data.astype(np.int64)
    bias, scales = np.tile(bias, block), accumulator_scales(op, graph.rounding)
    scales = scales[:1] if op.weights.q.axis is None else np.tile(scales, block)
    out = MapShape(*op.output.shape[1:])
    blocks = MapShape(rows.blocks, columns.blocks, len(weights))
    middle = op.output if block == 1 else scratch(op.output, f"{op.output.name} in blocks", blocks)
    source_zero = zero_point(op.input)
    layer = Layer(
        source=op.input,
        source_shape=MapShape(*op.input.shape[1:]),
        source_zero_point=source_zero,
        destination=middle,
        destination_shape=blocks,
        destination_zero_point=zero_point(op.output),
        weights=weights,
        weight_zero_points=zeros,
        bias=corrected_bias(bias, weights, zeros, source_zero),
        scales=scales,
        stride=(1, 1),
        padding=(rows.padding, columns.padding),
    )
    if block == 1:
        return (layer,)
    crop = rows.crop, columns.crop
    return layer, interleaved(middle, blocks, op.output, out, op.stride, crop)


def _of_blocks(op: TransposeConvolution, zeros: Int64s) -> tuple[Array, Int64s]:
    """((i, j, O), taps, taps, C): kernels of every place of a block, turned round."""
    assert op.weights.data is not None  # or the rules had refused the op
    stored, (down, right) = flip_sign(op.weights.data), op.stride
    (rows, columns), kernels = axes(op), len(stored)
    whole = np.empty((kernels, rows.taps * down, columns.taps * right, stored.shape[3]), np.int8)
    whole[...] = zeros.reshape(-1, 1, 1, 1)
    whole[:, : op.kernel[0], : op.kernel[1]] = stored
    parts = whole.reshape(kernels, rows.taps, down, columns.taps, right, -1)[:, ::-1, :, ::-1]
    ordered = parts.transpose(2, 4, 0, 1, 3, 5).reshape(
        -1, rows.taps, columns.taps, stored.shape[3]
    )
    block = down * right
    return np.ascontiguousarray(ordered), zeros if len(zeros) == 1 else np.tile(zeros, block)
