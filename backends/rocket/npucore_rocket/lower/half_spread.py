# SPDX-License-Identifier: MIT
"""Transposed convolutions, and resizing up, of real numbers: pixels apart, and fp16 kernels.

The kernel goes, turned round, over a map whose pixels lie a stride apart, with 0 between them.
Source: facts of 2026-11, A10 (fp16, one party's boards: ten shapes to the bit).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from npucore.ops import Op, Resize, ResizeBilinear, TransposeConvolution
from npucore.quantize import Float64s
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.lower.half_maps import constant_cube
from npucore_rocket.lower.half_windows import depthwise, shape_of, whole_atoms
from npucore_rocket.lower.halves import CLAMPS, ONE, checked_halves
from npucore_rocket.lower.interleave import SPREADS
from npucore_rocket.lower.layer import SYMMETRIC, Layer
from npucore_rocket.lower.pointwise import Function, Pointwise, Run, Stages
from npucore_rocket.lower.resize import Sizes, ratio, repeats, steps
from npucore_rocket.lower.resize_bilinear import between
from npucore_rocket.maps import MapShape, scratch


def lower(op: Op, chip: Chip) -> tuple[Layer | Pointwise, ...]:
    """The steps of an op that the rules have accepted; *chip* as it computes with fp16."""
    match op:
        case TransposeConvolution():
            return (transposed(op),)
        case ResizeBilinear() if (times := of_centers(op)) is not None:
            return tuple(between_centers(op, times, chip))
        case Resize() | ResizeBilinear():
            return tuple(larger(op))
    return op.invalid("its pixels are not laid apart")


def transposed(op: TransposeConvolution) -> Layer:
    """One layer."""
    assert op.weights.data is not None  # or the rules had refused the op
    weights = checked_halves(op.weights.data)[:, ::-1, ::-1]
    bias = np.zeros(len(weights), np.float32)
    if op.bias is not None and op.bias.data is not None:
        bias = op.bias.data.astype(np.float32)
    relu, top = CLAMPS[op.activation]
    return Layer(
        source=op.input,
        source_shape=shape_of(op.input),
        source_zero_point=0,
        destination=op.output,
        destination_shape=shape_of(op.output),
        destination_zero_point=0,
        weights=np.ascontiguousarray(weights),
        weight_zero_points=SYMMETRIC,
        bias=bias,
        scales=ONE,
        stride=(1, 1),
        padding=border(op),
        relu=relu,
        relu_top=top,
        spread=op.stride,
    )


def border(op: TransposeConvolution) -> tuple[int, int]:
    """Rows above the map and columns to its left, as the turned kernel needs them."""
    return op.kernel[0] - 1 - op.padding.top, op.kernel[1] - 1 - op.padding.left


def factors(op: Resize | ResizeBilinear) -> Sizes | None:
    """How much larger rows and columns become, evenly; None if they do not."""
    shape, out = shape_of(op.input), shape_of(op.output)
    if isinstance(op, ResizeBilinear):
        return between(op)
    times = repeats(op)
    if times is None or (shape.height * times[0], shape.width * times[1]) != out[:2]:
        return None
    return times


def of_centers(op: Resize | ResizeBilinear) -> Sizes | None:
    """2, 4 or 8 pixels for each, on lines between the centers of old ones; None for others."""
    if not isinstance(op, ResizeBilinear) or not op.half_pixel_centers or op.align_corners:
        return None
    times = ratio(shape_of(op.output), shape_of(op.input))
    return times if times and times != (1, 1) and set(times) <= set(SPREADS) else None


def between_centers(op: ResizeBilinear, times: Sizes, chip: Chip) -> Iterator[Layer | Pointwise]:
    """Kernels that fall off to both sides, then what they miss at the edges.

    Beyond an edge they meet 0 where the edge's own pixel is wanted again, so that a result there
    is a known part of what it has to be.
    """
    shape, out = shape_of(op.input), shape_of(op.output)
    rows, columns = (_triangle(n) for n in times)
    taps = np.broadcast_to(np.outer(rows, columns), (shape.channels, rows.size, columns.size))
    parts = scratch(op.output, f"{op.output.name} without its edges")
    layer = depthwise(op.input, shape, parts, out, taps.astype(np.float16), (1, 1))
    before = tuple(_before(n) for n in times)
    yield replace(layer, padding=(before[0], before[1]), spread=times)
    met = np.outer(*(_met(n, t) for n, t in zip(shape[:2], times, strict=True)))
    factor = np.broadcast_to((1 / met)[:, :, None], out)
    product = Stages(function=Function.MUL)
    edges = constant_cube(factor, out, chip)
    yield Pointwise(Run(parts), Run(op.output), whole_atoms(out, chip), product, operand=edges)


def _triangle(times: int) -> Float64s:
    """The shares of a pixel in those around it, which fp16 has exactly; of 1, all of it."""
    if times == 1:
        return np.ones(1)
    up = (2 * np.arange(times) + 1) / (2 * times)
    return np.concatenate([up, up[::-1]])


def _before(times: int) -> int:
    """Rows in front of the map, where its pixels lie apart. Source: facts of 2026-11, A10."""
    return 0 if times == 1 else 2 * times - 1 - times // 2


def _met(size: int, times: int) -> Float64s:
    """The sum of the shares that lie on pixels, for each result along an axis."""
    triangle = _triangle(times)
    spread = np.zeros(size * times + 2 * triangle.size)
    spread[_before(times) : _before(times) + size * times : times] = 1
    found: Float64s = np.correlate(spread, triangle)[: size * times]
    return found


def larger(op: Resize | ResizeBilinear) -> Iterator[Layer]:
    """A layer for each factor of up to 8."""
    times = factors(op)
    found = None if times is None else steps(times)
    assert found  # or the rules had refused the op
    source, shape = op.input, shape_of(op.input)
    make = _between if isinstance(op, ResizeBilinear) else _repeated
    for number, step in enumerate(found, 1):
        done = number == len(found)
        layer = make(source, shape, op.output, step)
        if not done:
            name = f"{op.output.name}, {number} of its steps"
            target = scratch(op.output, name, layer.destination_shape)
            layer = replace(layer, destination=target)
        yield layer
        source, shape = layer.destination, layer.destination_shape


def _repeated(source: Tensor, shape: MapShape, output: Tensor, times: Sizes) -> Layer:
    """Every pixel *times* as tall and as wide."""
    out = MapShape(shape.height * times[0], shape.width * times[1], shape.channels)
    taps = np.ones((shape.channels, *times), np.float16)
    layer = depthwise(source, shape, output, out, taps, (1, 1))
    return replace(layer, padding=(times[0] - 1, times[1] - 1), spread=times)


def _between(source: Tensor, shape: MapShape, output: Tensor, times: Sizes) -> Layer:
    """*times* - 1 pixels on straight lines between every two, whose shares fp16 has exactly."""
    rows, columns = (np.minimum(np.arange(1, 2 * n), np.arange(1, 2 * n)[::-1]) / n for n in times)
    height, width = ((n - 1) * t + 1 for n, t in zip(shape[:2], times, strict=True))
    taps = np.broadcast_to(np.outer(rows, columns), (shape.channels, rows.size, columns.size))
    out = MapShape(height, width, shape.channels)
    layer = depthwise(source, shape, output, out, taps.astype(np.float16), (1, 1))
    return replace(layer, padding=(times[0] - 1, times[1] - 1), spread=times)
