# SPDX-License-Identifier: MIT
"""Averages over windows -> convolutions with equal weights, each channel by itself."""

from __future__ import annotations

import numpy as np

from npucore.ops import Mean, Pooling
from npucore.tensor import Tensor
from npucore_vsim.chip import Chip
from npucore_vsim.lower.activation import has_relu
from npucore_vsim.lower.kernels import SMALLEST_KERNEL, dense
from npucore_vsim.lower.layer import Convolve, Layer, Move
from npucore_vsim.maps import MapShape
from npucore_vsim.quantize import corrected_bias, zero_point
from npucore_vsim.rows import LARGEST_SIDE

ONE = 255  # the stored weight of real 1; its zero point is 0. Source: jobs of the vendor's compiler


def average_of_map(
    op: Pooling | Mean, chip: Chip, shape: MapShape, kernel: tuple[int, int]
) -> list[Layer]:
    """The average over the one window that there is of each channel.

    Without depthwise kernels a channel's map is some rows of an image of few channels, in which
    all maps lie one below the other: a window slides down over them, and of its results those
    count that are at the first row of a map. So no kernel has to be dense.
    """
    if chip.depthwise or shape.channels == 1 or kernel == (1, 1):
        return average(op, chip, shape, kernel, MapShape(1, 1, shape.channels))
    planes = planes_of_maps(shape)
    image = MapShape(shape.channels // planes * shape.height, shape.width, planes)
    rows = image._replace(width=1)
    name = f"{op.input.name} averaged at every row"
    averaged = Tensor(name, (1, *rows), op.output.dtype, op.output.quantization)
    maps = shape.channels // planes
    first_rows = Move(
        source=averaged,
        image=MapShape(maps, shape.height, planes),
        destination=op.output,
        size=(maps, 1),
        steps=(maps, 1, 0),
        fill=zero_point(op.output),
    )
    return [_convolve(op, chip, image, kernel, (averaged, rows)), first_rows]


def planes_of_maps(shape: MapShape) -> int:
    """How many channels an image has in which the maps of *shape* lie one below the other.

    >>> planes_of_maps(MapShape(7, 7, 1024)), planes_of_maps(MapShape(7, 7, 1280))
    (1, 2)
    """
    most = LARGEST_SIDE // shape.height
    divisors = (n for n in range(1, shape.channels + 1) if shape.channels % n == 0)
    return next(n for n in divisors if shape.channels // n <= most)


def average(
    op: Pooling | Mean,
    chip: Chip,
    shape: MapShape,
    kernel: tuple[int, int],
    out: MapShape,
    first_pixel: bool = False,
) -> list[Layer]:
    """One job; of every other row and column of results if *first_pixel*."""
    return [_convolve(op, chip, shape, kernel, (op.output, out), first_pixel)]


def _convolve(
    op: Pooling | Mean,
    chip: Chip,
    shape: MapShape,
    kernel: tuple[int, int],
    target: tuple[Tensor, MapShape],
    first_pixel: bool = False,
) -> Convolve:
    """``1 / (255 * taps)`` goes into the multiplier."""
    rows, columns = kernel
    weights = np.full((shape.channels, 1, rows, columns), ONE, np.uint8)
    if shape.channels == 1 and kernel == (1, 1):
        weights = np.zeros((1, 1, SMALLEST_KERNEL, SMALLEST_KERNEL), np.uint8)
        weights[0, 0, 0, 0] = ONE
    depthwise = chip.depthwise and shape.channels > 1
    if not depthwise:
        weights = dense(weights, shape.channels, 0)
    zero = zero_point(op.input)
    scale = float(op.input.q.scale) / float(op.output.q.scale) / (ONE * rows * columns)
    nothing = np.zeros(shape.channels, np.int64)
    return Convolve(
        source=op.input,
        source_shape=shape,
        source_zero_point=zero,
        destination=target[0],
        destination_shape=target[1],
        destination_zero_point=zero_point(op.output),
        weights=weights,
        weight_zero_point=0,
        bias=corrected_bias(nothing, weights, 0, zero, chip.generation),
        scale=scale,
        first_pixel=first_pixel,
        strided=first_pixel,
        relu=isinstance(op, Pooling) and has_relu(op),
        depthwise=depthwise,
    )
