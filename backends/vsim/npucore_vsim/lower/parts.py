# SPDX-License-Identifier: MIT
"""Parts of tensors -> copies."""

from __future__ import annotations

from npucore.tensor import Tensor
from npucore_vsim.axes import Along
from npucore_vsim.lower.layer import Move
from npucore_vsim.maps import MapShape, stored_shape
from npucore_vsim.quantize import zero_point


def part(source: Tensor, read: Along, target: Tensor, written: Along) -> Move:
    """As much of *source* along an axis as *target* has room for, or all of it.

    A part that begins behind the first plane is a view, so it is never one of these.
    """
    size = min(read.size - read.first, written.size - written.first)
    planes, rows, columns = (
        size if place == read.place else n for place, n in enumerate(read.sizes)
    )
    begin = [read.first if place == read.place else 0 for place in (1, 2)]
    return Move(
        source=source,
        image=MapShape(read.sizes[1], read.sizes[2], planes),
        destination=target,
        size=(rows, columns),
        steps=(written.sizes[1] * written.sizes[2], written.sizes[2], 1),
        begin=(begin[0], begin[1]),
        start=written.offset,
        fill=zero_point(source),
    )


def copy(source: Tensor, target: Tensor) -> Move:
    """All of a tensor, to another of the same shape: the job of Mesa's pads, without a border."""
    shape = stored_shape(source)
    return Move(
        source=source,
        image=shape,
        destination=target,
        size=(shape.height, shape.width),
        steps=(shape.pixels, shape.width, 1),
        fill=zero_point(source),
    )
