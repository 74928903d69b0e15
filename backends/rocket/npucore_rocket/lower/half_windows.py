# SPDX-License-Identifier: MIT
"""Windows over maps of real numbers -> depthwise kernels of fp16, and the element-wise stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from npucore.ops import Activation, Mean, Pooling
from npucore.tensor import Array, Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.layout import ceil_to
from npucore_rocket.lower.extreme import growth
from npucore_rocket.lower.halves import CLAMPS, ONE
from npucore_rocket.lower.layer import SYMMETRIC, Layer
from npucore_rocket.lower.pointwise import Function, Pointwise, Run, Stages
from npucore_rocket.lower.tap import spanned
from npucore_rocket.maps import MapShape, map_shape, scratch

Step = Layer | Pointwise
LARGEST_AVERAGE = 17  # rows and columns of a kernel that ran
MOST_STRIDE = 7
LARGEST_MEAN = LARGEST_AVERAGE * MOST_STRIDE**2
"""Rows and columns of a map that three kernels average."""


def average(op: Pooling) -> Layer:
    """Equal weights, whose sum errs from 1 as much as one of them does: at most by 2**-11."""
    shape, out, kernel = shape_of(op.input), shape_of(op.output), op.kernel
    taps = np.full((shape.channels, *kernel), 1 / (kernel[0] * kernel[1]), np.float16)
    step = (op.stride[0] if out.height > 1 else 1, op.stride[1] if out.width > 1 else 1)
    layer = depthwise(op.input, shape, op.output, out, taps, step)
    relu, top = CLAMPS[op.activation]
    return replace(layer, relu=relu, relu_top=top)


def mean(op: Mean | Pooling) -> Iterator[Layer]:
    """Averages of parts, of parts of these, and so on, then their sum, weighed by the part's share.

    Parts lie side by side; beyond the map they hold 0.
    """
    source, shape = op.input, shape_of(op.input)
    counted = 1.0  # pixels of the map for one of *source*
    while max(shape[:2]) > LARGEST_AVERAGE:
        part = tuple(min(-(-size // LARGEST_AVERAGE), MOST_STRIDE) for size in shape[:2])
        rows, columns = (-(-size // step) for size, step in zip(shape[:2], part, strict=True))
        smaller = MapShape(rows, columns, shape.channels)
        target = scratch(op.input, f"{op.output.name}: averages of {rows} x {columns}", smaller)
        taps = np.full((shape.channels, *part), 1 / (part[0] * part[1]), np.float16)
        yield depthwise(source, shape, target, smaller, taps, (part[0], part[1]))
        source, shape, counted = target, smaller, counted * part[0] * part[1]
    share = counted / shape_of(op.input).pixels
    taps = np.full((shape.channels, *shape[:2]), share, np.float16)
    layer = depthwise(source, shape, op.output, MapShape(1, 1, shape.channels), taps, (1, 1))
    relu, top = CLAMPS[getattr(op, "activation", Activation.NONE)]
    yield replace(layer, relu=relu, relu_top=top)


def largest(op: Pooling, chip: Chip) -> Iterator[Step]:
    """Windows that grow by halves, and every n-th of them. As `npucore_rocket.lower.extreme`."""
    shape, out, source = shape_of(op.input), shape_of(op.output), op.input
    shifts = list(growth(op.kernel, shape.width))
    atoms = whole_atoms(shape, chip)
    for number, shift in enumerate(shifts, 1):
        wide = scratch(op.output, f"{op.output.name}: windows, {number} of their steps", shape)
        larger = Stages(function=Function.MAX)
        yield Pointwise(
            *(Run(source), Run(wide), atoms - shift, larger), operand=Run(source, shift)
        )
        tail = np.zeros(shift * chip.atom_bytes, np.int8)  # so that every byte is a number
        yield Pointwise(tail, Run(wide, atoms - shift), shift)
        source = wide
    stride = (op.stride[0] if out.height > 1 else 1, op.stride[1] if out.width > 1 else 1)
    pairs = zip(shape[:2], stride, out[:2], strict=True)
    taps = np.zeros((shape.channels, *(spanned(n, 0, 0, s, m) for n, s, m in pairs)), np.float16)
    taps[:, 0, 0] = 1
    layer = depthwise(source, shape, op.output, out, taps, stride)
    relu, top = CLAMPS[op.activation]
    yield replace(layer, relu=relu, relu_top=top)


def depthwise(
    source: Tensor,
    source_shape: MapShape,
    output: Tensor,
    output_shape: MapShape,
    taps: Array,
    stride: tuple[int, int],
) -> Layer:
    return Layer(
        source=source,
        source_shape=source_shape,
        source_zero_point=0,
        destination=output,
        destination_shape=output_shape,
        destination_zero_point=0,
        weights=taps,
        weight_zero_points=SYMMETRIC,
        bias=np.zeros(len(taps), np.float32),
        scales=ONE,
        stride=stride,
        padding=(0, 0),
        depthwise=True,
    )


def shape_of(tensor: Tensor) -> MapShape:
    shape = map_shape(tensor)
    assert shape is not None  # or the rules had refused the op
    return shape


def whole_atoms(shape: MapShape, chip: Chip) -> int:
    """Atoms of a map, to a whole step of channels."""
    return ceil_to(shape.channels, chip.channel_step) // chip.lanes * shape.pixels
