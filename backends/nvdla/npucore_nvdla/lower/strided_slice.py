# SPDX-License-Identifier: MIT
"""A box cut out of a map."""

from __future__ import annotations

import math

from npucore.graph import Graph
from npucore.ops import StridedSlice
from npucore_nvdla.alias import cuts
from npucore_nvdla.axes import box, cut_axis
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.layer import Layer
from npucore_nvdla.lower.points import copied
from npucore_nvdla.maps import MapShape, Region, region


def places(op: StridedSlice) -> tuple[list[Region], list[Region]] | None:
    """Regions of the map, and of the result; None if they are no boxes of steps of one."""
    axis = cut_axis(op.input.shape, op.sizes)
    if set(op.strides) != {1}:
        return None
    if len(op.input.shape) == 4:
        axis = 0
    if axis is None:
        return None
    source = box(op.input, op.begin, op.sizes, axis)
    rows, columns, channels = source[0].shape
    target = region(op.output, MapShape(rows * len(source), columns, channels))
    assert math.prod(target.shape) == op.output.elements
    return source, [target.rows(rows * number, rows) for number in range(len(source))]


def lower(op: StridedSlice, graph: Graph, chip: Chip) -> list[Layer] | None:
    """A layer for each region; None if the result is a part of the map as it lies."""
    if cuts(op, chip) is not None:
        return None
    found = places(op)
    if found is None:
        op.invalid("it is no box of steps of one")
    return [copied(*pair) for pair in zip(*found, strict=True)]
