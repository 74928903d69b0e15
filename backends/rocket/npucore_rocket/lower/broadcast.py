# SPDX-License-Identifier: MIT
"""One pixel for a whole map, or one channel for many -> convolutions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from npucore.ops import Broadcast
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.lower.gather import gathered
from npucore_rocket.lower.interleave import BETWEEN, SPREADS, repeated
from npucore_rocket.lower.layer import Layer
from npucore_rocket.lower.pointwise import Pointwise, copied
from npucore_rocket.lower.tap import ONE, depthwise, tapped
from npucore_rocket.maps import MapShape, map_shape, scratch

MOST = 16  # rows or columns from one: one more than a padding has


def lower(op: Broadcast, chip: Chip) -> tuple[Layer | Pointwise, ...]:
    """A 1x1 convolution, or one over the padding around the pixel; a copy where all is there."""
    source, out = map_shape(op.input), map_shape(op.output)
    assert source is not None  # or the rules had refused the op
    assert out is not None
    if source.lies_as(out):
        return (copied(op.input, op.output, out, chip),)
    if source.pixels == out.pixels:
        return (gathered(op.input, 1, op.output, [0] * out.channels, chip),)
    return tuple(filled(op.input, op.output, out))


def filled(source: Tensor, target: Tensor, out: MapShape) -> Iterator[Layer]:
    """The pixel of *source* at every place: up to 16 at once, further ones 8 times as many."""
    most = max(SPREADS)
    times = (1 if out.height <= MOST else most, 1 if out.width <= MOST else most)
    small = MapShape(-(-out.height // times[0]), -(-out.width // times[1]), out.channels)
    grown = MapShape(small.height * times[0], small.width * times[1], out.channels)
    middle = target if small == out else scratch(target, f"{target.name}, a part", small)
    yield _spread(source, middle, small)
    if small == out:
        return
    large = target if grown == out else scratch(target, f"{target.name} and more", grown)
    yield repeated(middle, small, large, times)
    if grown != out:
        yield tapped(large, grown, target, out)


def _spread(source: Tensor, target: Tensor, out: MapShape) -> Layer:
    """Every window of the kernel meets the pixel, and else nothing but padding."""
    kernel = np.full((out.channels, out.height, out.width), ONE, np.int8)
    shape = MapShape(1, 1, out.channels)
    padding = (out.height - 1, out.width - 1)
    return depthwise(
        *(source, shape, target, out, kernel, ONE), total=ONE, padding=padding, border=BETWEEN
    )


def reachable(out: MapShape) -> bool:
    """Whether a map is not too large for that."""
    return max(out[:2]) <= MOST * max(SPREADS)
