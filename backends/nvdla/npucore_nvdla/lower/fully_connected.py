# SPDX-License-Identifier: MIT
"""Matrices of weights -> convolutions, whose kernel is as many pixels as a row of the operand."""

from __future__ import annotations

from typing import NamedTuple

from npucore.graph import Graph
from npucore.ops import FullyConnected, Op
from npucore.quantize import accumulator_scales, activation_bounds
from npucore.rewrite import matrix
from npucore.rewrite.matrix import Move
from npucore.tensor import Tensor
from npucore_nvdla.chip import MOST_KERNEL, MOST_STRIDE, Chip
from npucore_nvdla.lower.doubled import split, twice
from npucore_nvdla.lower.layer import Layer
from npucore_nvdla.lower.points import clamped
from npucore_nvdla.lower.sums import Kernels, Window, bias_of, summed
from npucore_nvdla.maps import MapShape, map_shape, region
from npucore_nvdla.quantize import bounds, without_zero


class Over(NamedTuple):
    """A map as kernels see it, and their rows and columns; one result for each row of a matrix."""

    source: MapShape
    kernel: tuple[int, int]
    rows: int


def over(tensor: Tensor, inputs: int) -> Over | None:
    """How weights for *inputs* values go over *tensor*; None if no kernel does it.

    A row of the matrix has to be whole pixels, one behind the other. Of all kernels of so many
    pixels the one with the shortest sides is taken.

    >>> import numpy as np
    >>> over(Tensor("x", (1, 7, 7, 20), np.dtype("int8")), 980)
    Over(source=MapShape(rows=7, columns=7, channels=20), kernel=(7, 7), rows=1)
    """
    shape = map_shape(tensor)
    if shape is None or inputs % shape.channels or shape.pixels % (inputs // shape.channels):
        return None
    pixels = inputs // shape.channels
    if pixels == 1:
        return Over(MapShape(shape.pixels, 1, shape.channels), (1, 1), shape.pixels)
    rows = shape.pixels // pixels
    most = MOST_KERNEL if rows == 1 else min(MOST_KERNEL, MOST_STRIDE)
    kernels = [
        (high, pixels // high)
        for high in range(1, most + 1)
        if pixels % high == 0 and pixels // high <= MOST_KERNEL
    ]
    if not kernels:
        return None
    best = min(kernels, key=lambda kernel: (max(kernel), kernel[1] != shape.columns))
    return Over(MapShape(rows * best[0], best[1], shape.channels), best, rows)


def fits(tensor: Tensor, inputs: int) -> bool:
    """Whether there is such a kernel."""
    return over(tensor, inputs) is not None


def direct(op: Op, graph: Graph) -> Op:
    """A matrix of weights over the map behind all reshapes and transposes; others as they are."""
    found = matrix.matrix(op)
    return op if found is None else matrix.unmoved(found, graph, fits)


def vanishes(move: Move, graph: Graph) -> bool:
    """Whether nobody needs what *move* computes, since matrices read what is before it."""
    return matrix.vanishes(move, graph, fits)


def lower(op: FullyConnected, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer, and what is left of a clamp."""
    seen = over(op.input, op.weights.shape[1])
    if op.weights.data is None or seen is None:
        op.invalid("its weights are not constant, or no kernel goes over its input")
    kernels = op.weights.shape[0]
    weights = without_zero(op.weights, op.weights.data)
    weights = weights.reshape(kernels, *seen.kernel, seen.source.channels)
    scales = accumulator_scales(op, graph.rounding)
    clamp = bounds(op.output, activation_bounds(op.activation, op.output))
    stride = (1, 1) if seen.rows == 1 else (seen.kernel[0], 1)
    double = twice(op.input, seen.source, weights, chip)
    source, layers = region(op.input, seen.source), list[Layer]()
    if double is not None:
        source, weights, layers = double.all(), split(weights, double.lanes), [*double.copies]
    target = region(op.output, MapShape(seen.rows, 1, kernels))
    some = Kernels(weights, bias_of(op.bias, kernels), scales)
    layers.append(summed(source, target, some, Window(stride=stride), clamp))
    return [*layers, *clamped(op.output, clamp, done=True)]
