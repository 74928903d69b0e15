# SPDX-License-Identifier: MIT
"""Matrices of weights -> convolutions of one window, or of pixels that are the matrix's rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from npucore.graph import Graph
from npucore.ops import FullyConnected
from npucore.quantize import accumulator_scales
from npucore.tensor import Tensor
from npucore_vsim.chip import Chip
from npucore_vsim.lower.activation import has_relu
from npucore_vsim.lower.by_channel import by_channel
from npucore_vsim.lower.kernels import widened
from npucore_vsim.lower.layer import Bytes, Convolve, Layer, Turn
from npucore_vsim.maps import MapShape, is_map, map_shape, stored_shape
from npucore_vsim.quantize import corrected_bias, unsigned, zero_point


def lower(op: FullyConnected, graph: Graph, chip: Chip) -> list[Layer]:
    """One job for one row: the vector is folded into an image as large as a kernel may be.

    Several rows are the pixels of an image, to which they are turned if they do not lie so.
    Source: vsim hardware reference 7; VeriSilicon's compiler folds 64 values to 8 x 8.
    """
    image, outputs = image_of(op, chip), op.weights.shape[0]
    if _rows(op) == 1:
        weights = _weights(op).reshape(-1, image.channels, image.height, image.width)
        ends = (op.input, image), (op.output, MapShape(1, 1, outputs))
        return _convolve(op, graph, chip, weights, *ends)
    weights = unsigned(np.asarray(op.weights.data)).reshape(*op.weights.shape, 1, 1)
    if image.channels == 1:
        weights = widened(weights, zero_point(op.weights))
    source, before = _as_image(op, image)
    target, behind = _from_image(op, image._replace(channels=outputs))
    ends = (source, image), (target, image._replace(channels=outputs))
    return [*before, *_convolve(op, graph, chip, weights, *ends), *behind]


def image_of(op: FullyConnected, chip: Chip) -> MapShape:
    """The image that the convolution reads."""
    inputs = op.weights.shape[1]
    if _rows(op) == 1:
        return folded(inputs, chip.largest_kernel)
    if is_map(op.input) and op.input.shape[3] == inputs:
        return MapShape(*op.input.shape[1:])
    return MapShape(_rows(op), 1, inputs)


def _rows(op: FullyConnected) -> int:
    return op.input.elements // op.weights.shape[1]


def _as_image(op: FullyConnected, image: MapShape) -> tuple[Tensor, list[Layer]]:
    """The rows as planes, and the turns that make them so: by way of rows if they are a map."""
    source, stored, zero = op.input, stored_shape(op.input), zero_point(op.input)
    if stored == image:
        return source, []
    turns: list[Layer] = []
    if not stored.planar:
        source = replace(op.input, name=f"{op.input.name} in rows for {op.label}")
        turns.append(Turn(op.input, source, stored, zero, inward=False))
    if image.planar:
        return source, turns
    planes: Tensor = replace(op.input, name=f"{op.input.name} in planes for {op.label}")
    return planes, [*turns, Turn(source, planes, image, zero, inward=True)]


def _from_image(op: FullyConnected, image: MapShape) -> tuple[Tensor, list[Layer]]:
    """Where the convolution writes its planes, and the turn to rows that the result may need."""
    if image.planar or (is_map(op.output) and op.output.shape[3] == image.channels):
        return op.output, []
    name = f"{op.output.name} in planes"
    planes: Tensor = replace(op.output, name=name, shape=(1, *image))
    return planes, [Turn(planes, op.output, image, zero_point(op.output), inward=False)]


def _convolve(
    op: FullyConnected,
    graph: Graph,
    chip: Chip,
    weights: Bytes,
    source: tuple[Tensor, MapShape],
    target: tuple[Tensor, MapShape],
) -> list[Layer]:
    zero, input_zero = zero_point(op.weights), zero_point(op.input)
    bias = np.zeros(len(weights), np.int64)
    if op.bias is not None:
        bias = np.asarray(op.bias.data).astype(np.int64)
    scales = accumulator_scales(op, graph.rounding)
    convolve = Convolve(
        source=source[0],
        source_shape=source[1],
        source_zero_point=input_zero,
        destination=target[0],
        destination_shape=target[1],
        destination_zero_point=zero_point(op.output),
        weights=weights,
        weight_zero_point=zero,
        bias=corrected_bias(bias, weights, zero, input_zero, chip.generation),
        scale=float(scales[0]),
        relu=has_relu(op),
    )
    return by_channel(convolve, scales, chip)


def _weights(op: FullyConnected) -> Bytes:
    """(O, I) in the order in which the image's planes lie in memory."""
    weights = unsigned(np.asarray(op.weights.data))
    shape = map_shape(op.input)
    if shape is None or shape.planar:
        return weights
    pixels = weights.reshape(len(weights), shape.pixels, shape.channels)
    return np.ascontiguousarray(pixels.transpose(0, 2, 1)).reshape(weights.shape)


def folded(size: int, largest: int) -> MapShape:
    """*size* values as columns, rows and planes: the largest divisors that a kernel may have.

    >>> folded(64, 11)
    MapShape(height=8, width=8, channels=1)
    >>> folded(1001, 11)
    MapShape(height=7, width=11, channels=13)
    """
    width = _divisor(size, largest)
    height = _divisor(size // width, largest)
    return MapShape(height, width, size // width // height)


def _divisor(size: int, largest: int) -> int:
    return next(n for n in range(largest, 0, -1) if size % n == 0)
