# SPDX-License-Identifier: MIT
"""Another number of rows and columns by the nearest pixel -> repeated, or every n-th, pixels."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.ops import Resize
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.lower.interleave import SPREADS, repeated
from npucore_rocket.lower.layer import Layer
from npucore_rocket.lower.pointwise import Pointwise, copied
from npucore_rocket.lower.tap import tapped
from npucore_rocket.maps import MapShape, scratch

Sizes = tuple[int, int]
POWERS = tuple(2**n for n in range(8))


def lower(op: Resize, chip: Chip) -> tuple[Layer | Pointwise, ...]:
    """Layers that go up, or one that goes down; a copy of a map that stays."""
    shape, out = MapShape(*op.input.shape[1:]), MapShape(*op.output.shape[1:])
    if shape == out:
        return (copied(op.input, op.output, out, chip),)
    if (up := repeats(op)) is not None:
        return tuple(_up(op, shape, out, up))
    down = ratio(shape, out)
    assert down is not None  # or the rules had refused the op
    at = (down[0] // 2, down[1] // 2) if op.half_pixel_centers else (0, 0)
    return (tapped(op.input, shape, op.output, out, at=at, stride=down),)


def _up(op: Resize, shape: MapShape, out: MapShape, times: Sizes) -> Iterator[Layer]:
    """The last repetitions may be too many; of one pixel, all but itself."""
    large = MapShape(shape.height * times[0], shape.width * times[1], shape.channels)
    if large == out:
        yield from grown(op.input, shape, op.output, times)
        return
    target = op.input
    if large != shape:
        target = scratch(op.output, f"{op.output.name} and more", large)
        yield from grown(op.input, shape, target, times)
    yield tapped(target, large, op.output, out)


def repeats(op: Resize) -> Sizes | None:
    """Factors of rows and columns; None if unevenly, or by no product of factors.

    The last row may be repeated less often, as where 3 rows become 5.
    """
    times = []
    for size, wanted in zip(op.input.shape[1:3], op.size, strict=True):
        found = next((n for n in POWERS if _evenly(op, size, wanted, n)), None)
        if found is None:
            return None
        times.append(found)
    return times[0], times[1]


def _evenly(op: Resize, size: int, wanted: int, times: int) -> bool:
    """Whether output row y is input row y // times."""
    if size == 1:
        return times >= wanted
    if op.align_corners or wanted > size * times:
        return size == wanted and times == 1
    half = 1 if op.half_pixel_centers else 0
    rows = ((2 * y + half) * size // (2 * wanted) for y in range(wanted))
    return all(row == y // times for y, row in enumerate(rows))


def ratio(large: MapShape, small: MapShape) -> Sizes | None:
    """How many times as many rows and columns; None if that is no whole number."""
    if large.height % small.height or large.width % small.width:
        return None
    return large.height // small.height, large.width // small.width


def grown(source: Tensor, shape: MapShape, target: Tensor, times: Sizes) -> Iterator[Layer]:
    """Every pixel *times* as tall and wide, by as few layers as there are factors."""
    found = steps(times)
    assert found is not None  # or the rules had refused the op
    for number, step in enumerate(found, 1):
        taller = MapShape(shape.height * step[0], shape.width * step[1], shape.channels)
        done = number == len(found)
        out = target if done else scratch(target, f"{target.name}, {number} of its steps", taller)
        yield repeated(source, shape, out, step)
        source, shape = out, taller


def steps(times: Sizes) -> tuple[Sizes, ...] | None:
    """*times* as a product of what layers can do, largest first; None if it is none.

    >>> steps((16, 2)), steps((3, 3))
    (((8, 2), (2, 1)), None)
    """
    found = []
    while times != (1, 1):
        step = tuple(next(n for n in sorted(SPREADS)[::-1] if t % n == 0) for t in times)
        if step == (1, 1):
            return None
        found.append((step[0], step[1]))
        times = times[0] // step[0], times[1] // step[1]
    return tuple(found)
