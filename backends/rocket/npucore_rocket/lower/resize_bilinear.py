# SPDX-License-Identifier: MIT
"""Another number of rows and columns by linear interpolation -> transposed convolutions."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.ops import ResizeBilinear
from npucore_rocket.chip import Chip
from npucore_rocket.lower.broadcast import filled
from npucore_rocket.lower.interleave import interpolated
from npucore_rocket.lower.layer import Layer
from npucore_rocket.lower.pointwise import Pointwise, copied
from npucore_rocket.lower.resize import Sizes, steps
from npucore_rocket.maps import MapShape, scratch


def lower(op: ResizeBilinear, chip: Chip) -> tuple[Layer | Pointwise, ...]:
    """A copy, the only pixel everywhere, or what lies between pixels, in steps of up to 8."""
    shape, out = MapShape(*op.input.shape[1:]), MapShape(*op.output.shape[1:])
    if shape == out:
        return (copied(op.input, op.output, out, chip),)
    if shape[:2] == (1, 1):
        return tuple(filled(op.input, op.output, out))
    return tuple(_between(op, shape))


def between(op: ResizeBilinear) -> Sizes | None:
    """How many steps there are from a pixel to the next, with aligned corners; None if no whole."""
    (height, width), (rows, columns) = op.input.shape[1:3], op.size
    if not op.align_corners or min(height, width) < 2:
        return None
    if (rows - 1) % (height - 1) or (columns - 1) % (width - 1):
        return None
    return (rows - 1) // (height - 1), (columns - 1) // (width - 1)


def _between(op: ResizeBilinear, shape: MapShape) -> Iterator[Layer]:
    times = between(op)
    found = None if times is None else steps(times)
    assert found is not None  # or the rules had refused the op
    source = op.input
    for number, step in enumerate(found, 1):
        height, width = ((n - 1) * t + 1 for n, t in zip(shape[:2], step, strict=True))
        larger = MapShape(height, width, shape.channels)
        done = number == len(found)
        name = f"{op.output.name}, {number} of its steps"
        target = op.output if done else scratch(op.output, name, larger)
        yield interpolated(source, shape, target, step)
        source, shape = target, larger
