# SPDX-License-Identifier: MIT
"""How wide the rows are in which an addition sees its operands.

What is in a row does not matter; but both operands are channels of one image, so that their
distance has to be whole rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from npucore_vsim.maps import MapShape

ALIGNMENT = 128  # of images at least; a power of 2
LARGEST_SIDE = (1 << 13) - 1  # rows and columns. Source: widths of the fields in_image_x_size, ...
LARGEST_STRIDE = (1 << 16) - 1  # rows from one channel to the next. Source: in_image_y_stride
MESAS = (128, 64, 32)


class Distance(NamedTuple):
    """From one operand to the other: a multiple of *unit* bytes, not more than *most*."""

    unit: int
    most: int


def columns(shape: MapShape, distance: Distance, room: int) -> int | None:
    """Columns of the image of a map of *shape*; None if there is none that fits.

    The last row may go beyond the map, into *room* bytes that begin where the map does.

    >>> columns(MapShape(8, 8, 8), Distance(512, 512), 512)
    64
    >>> columns(MapShape(5, 5, 3), Distance(128, 128), 128)
    128
    >>> columns(MapShape(5, 5, 3), Distance(75, 75), 75)
    25
    """
    for width in _widths(shape):
        rows = -(-shape.elements // width)
        if (
            distance.unit % width == 0
            and distance.most <= width * LARGEST_STRIDE
            and rows <= LARGEST_SIDE
            and rows * width <= room
        ):
            return width
    return None


def _widths(shape: MapShape) -> Iterator[int]:
    """The best first: Mesa's where it takes a power of 2, then the fewest rows that leave no slack.

    Source: vsim hardware reference 7. Mesa's operands lie side by side, so that it may take any
    divisor of the pixels below 64 where no such power divides them.
    """
    for divided in (shape.pixels, shape.elements):
        yield from (width for width in MESAS if divided % width == 0)
    yield from (1 << bits for bits in range(7, 0, -1))
    yield from (width for width in (shape.pixels, shape.width) if width <= LARGEST_SIDE)
    yield 1
    yield from (1 << bits for bits in range(8, 13))


def alignment(size_bytes: int, largest_elements: int) -> int:
    """What images are aligned to, so that rows that wide reach from one end to the other.

    *largest_elements* are those of the largest sum.

    >>> alignment(1 << 20, 1000), alignment(1 << 24, 1000)
    (128, 512)
    """
    found = ALIGNMENT
    while size_bytes > found * LARGEST_STRIDE or largest_elements > found * LARGEST_SIDE:
        found *= 2
    return found
