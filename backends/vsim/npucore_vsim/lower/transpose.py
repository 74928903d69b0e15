# SPDX-License-Identifier: MIT
"""Transposes -> copies."""

from __future__ import annotations

import math
from typing import NamedTuple

from npucore.graph import Graph
from npucore.ops import Transpose
from npucore.tensor import Tensor
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer, Move
from npucore_vsim.maps import MapShape, is_map
from npucore_vsim.quantize import zero_point


class Axis(NamedTuple):
    """Its size, and elements from one index to the next in the operand and in the result."""

    size: int
    read: int
    written: int


def lower(op: Transpose, graph: Graph, chip: Chip) -> list[Layer]:
    """One copy."""
    moving = axes(op)
    moving = [Axis(1, 0, 0)] * (len(MapShape._fields) - len(moving)) + moving
    planes, rows, columns = (axis.size for axis in moving)
    return [
        Move(
            source=op.input,
            image=MapShape(rows, columns, planes),
            destination=op.output,
            size=(rows, columns),
            steps=(moving[0].written, moving[1].written, moving[2].written),
            fill=zero_point(op.input),
        )
    ]


def axes(op: Transpose) -> list[Axis]:
    """Those of more than one element, as they are read, outermost first."""
    read, written = _strides(op.input), _strides(op.output)
    target = {axis: written[place] for place, axis in enumerate(op.permutation)}
    found = [
        Axis(size, read[axis], target[axis]) for axis, size in enumerate(op.input.shape) if size > 1
    ]
    return _joined(sorted(found, key=lambda axis: -axis.read))


def _strides(tensor: Tensor) -> list[int]:
    """From one element to the next along every axis, as they lie in memory."""
    shape = tensor.shape
    if not is_map(tensor):
        return [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
    _, height, width, _ = shape
    return [0, width, 1, height * width]


def _joined(given: list[Axis]) -> list[Axis]:
    """Neighbours in both orders as one axis."""
    found: list[Axis] = []
    for axis in given:
        last = found[-1] if found else None
        if last and (last.read, last.written) == (axis.size * axis.read, axis.size * axis.written):
            found[-1] = axis._replace(size=last.size * axis.size)
        else:
            found.append(axis)
    return found
