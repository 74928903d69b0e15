# SPDX-License-Identifier: MIT
"""Fully connected layers -> convolutions, whose kernel is as many pixels as a row of the matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from npucore.graph import Graph
from npucore.ops import FullyConnected, Op
from npucore.quantize import accumulator_scales
from npucore.rewrite import matrix
from npucore.rewrite.matrix import Move
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.layout import flip_sign
from npucore_rocket.lower.layer import Layer
from npucore_rocket.maps import MapShape, map_shape
from npucore_rocket.quantize import corrected_bias, weight_zero_points, zero_point


class Window(NamedTuple):
    """A map, as rows and columns of the same pixels, and the kernel that goes over it.

    Kernels stand side by side, and one takes the whole width.
    """

    source: MapShape
    kernel: tuple[int, int]
    destination: tuple[int, int]  # rows and columns

    @property
    def stride(self) -> tuple[int, int]:
        """From one kernel to the next; a single one takes no steps."""
        return (1, 1) if self.destination == (1, 1) else (self.kernel[0], 1)


def window(tensor: Tensor, inputs: int, chip: Chip) -> Window | None:
    """How weights for *inputs* values go over *tensor*; None if no kernel does it.

    A row of the matrix has to be whole pixels, one behind the other. Of all kernels of so many
    pixels the one with the shortest sides is taken, which boards have seen first; of two alike the
    one that is as wide as the map.

    >>> from npucore_rocket.chip import RK3588
    >>> window(Tensor("x", (1, 7, 7, 20), np.dtype("int8")), 980, RK3588)
    Window(source=MapShape(height=7, width=7, channels=20), kernel=(7, 7), destination=(1, 1))
    """
    shape = map_shape(tensor)
    if shape is None or inputs % shape.channels or shape.pixels % (inputs // shape.channels):
        return None
    pixels = inputs // shape.channels
    if pixels == 1:
        return Window(shape, (1, 1), (shape.height, shape.width))
    rows = shape.pixels // pixels
    limits = chip.limits
    most = limits.kernel if rows == 1 else min(limits.kernel, limits.stride)
    kernels = [
        (height, pixels // height)
        for height in range(1, most + 1)
        if pixels % height == 0 and pixels // height <= limits.kernel
    ]
    if not kernels:
        return None
    best = min(kernels, key=lambda kernel: (max(kernel), kernel[1] != shape.width))
    return Window(MapShape(rows * best[0], best[1], shape.channels), best, (rows, 1))


def fitting(chip: Chip) -> Callable[[Tensor, int], bool]:
    """Whether there is such a window on a chip."""
    return lambda tensor, inputs: window(tensor, inputs, chip) is not None


def direct(op: Op, graph: Graph, chip: Chip) -> Op:
    """A matrix of weights over the map behind all reshapes and transposes; others as they are."""
    found = matrix.matrix(op)
    return op if found is None else matrix.unmoved(found, graph, fitting(chip))


def moves(op: Op, graph: Graph, chip: Chip) -> tuple[Move, ...]:
    """The reshapes and transposes that `direct` folds."""
    found = matrix.matrix(op)
    return () if found is None else matrix.folded(found, graph, fitting(chip)).moves


def vanishes(move: Move, graph: Graph, chip: Chip) -> bool:
    """Whether nobody needs what *move* computes, since layers read what is before it."""
    return matrix.vanishes(move, graph, fitting(chip))


def lower(op: FullyConnected, graph: Graph, chip: Chip) -> Layer:
    """One layer."""
    if op.weights.data is None:
        op.invalid("its weights are not constant")
    over = window(op.input, op.weights.shape[1], chip)
    if over is None:
        op.invalid("no kernel goes over its input")
    kernels = op.weights.shape[0]
    weights = flip_sign(op.weights.data).reshape(kernels, *over.kernel, over.source.channels)
    zeros = weight_zero_points(op.weights)
    bias = np.zeros(kernels, np.int64)
    if op.bias is not None and op.bias.data is not None:
        bias = op.bias.data.astype(np.int64)
    source_zero = zero_point(op.input)
    scales = accumulator_scales(op, graph.rounding)
    return Layer(
        source=op.input,
        source_shape=over.source,
        source_zero_point=source_zero,
        destination=op.output,
        destination_shape=MapShape(*over.destination, kernels),
        destination_zero_point=zero_point(op.output),
        weights=weights,
        weight_zero_points=zeros,
        bias=corrected_bias(bias, weights, zeros, source_zero),
        scales=scales[:1] if op.weights.q.axis is None else scales,
        stride=over.stride,
        padding=(0, 0),
    )
