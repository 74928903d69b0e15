# SPDX-License-Identifier: MIT
"""Matrices of weights -> convolutions whose kernel is the whole image."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import FullyConnected
from npucore.quantize import accumulator_scales
from npucore_vsim.chip import Chip
from npucore_vsim.lower.activation import has_relu
from npucore_vsim.lower.layer import Bytes, Convolve, Layer
from npucore_vsim.maps import MapShape, map_shape
from npucore_vsim.quantize import corrected_bias, unsigned, zero_point


def lower(op: FullyConnected, graph: Graph, chip: Chip) -> list[Layer]:
    """One job: the vector is folded into an image as large as a kernel may be.

    Source: vsim hardware reference 7; VeriSilicon's compiler folds 64 values to 8 x 8.
    """
    weights = _weights(op)
    zero, input_zero = zero_point(op.weights), zero_point(op.input)
    bias = np.zeros(len(weights), np.int64)
    if op.bias is not None:
        bias = np.asarray(op.bias.data).astype(np.int64)
    image = folded(weights.shape[1], chip.largest_kernel)
    return [
        Convolve(
            source=op.input,
            source_shape=image,
            source_zero_point=input_zero,
            destination=op.output,
            destination_shape=MapShape(1, 1, len(weights)),
            destination_zero_point=zero_point(op.output),
            weights=weights.reshape(-1, image.channels, image.height, image.width),
            weight_zero_point=zero,
            bias=corrected_bias(bias, weights, zero, input_zero, chip.generation),
            scale=float(accumulator_scales(op, graph.rounding)[0]),
            relu=has_relu(op),
        )
    ]


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
