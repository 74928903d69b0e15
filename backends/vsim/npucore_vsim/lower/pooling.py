# SPDX-License-Identifier: MIT
"""Average pools -> convolutions, maximum pools -> jobs of the TP cores."""

from __future__ import annotations

from dataclasses import replace

from npucore.graph import Graph
from npucore.ops import Pooling, PoolingType
from npucore.tensor import Tensor
from npucore_vsim.chip import Chip
from npucore_vsim.lower.average import average, average_of_map
from npucore_vsim.lower.layer import Layer, MaxPool
from npucore_vsim.maps import MapShape
from npucore_vsim.quantize import zero_point

LARGEST_WINDOW = 3  # of one pool of the TP cores
LOWEST = 0  # of bytes as the chip sees them: what a window finds outside of the image


def lower(op: Pooling, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer; or two of an average over a whole map, or one for every two rows of a maximum."""
    if op.type is PoolingType.MAX:
        return _maximum(op)
    shape, out = MapShape(*op.input.shape[1:]), MapShape(*op.output.shape[1:])
    if out.pixels == 1:
        return average_of_map(op, chip, shape, op.kernel)
    return average(op, chip, shape, op.kernel, out, op.stride == (2, 2))


def _maximum(op: Pooling) -> list[Layer]:
    """Maxima of 3 x 3 one after the other: the last takes the steps, the first has the padding."""
    layers: list[Layer] = []
    source, shape = op.input, MapShape(*op.input.shape[1:])
    rows = shape.height + op.padding.top + op.padding.bottom
    columns = shape.width + op.padding.left + op.padding.right
    begin, left = (-op.padding.top, -op.padding.left), op.kernel[0]
    while left > LARGEST_WINDOW:
        rows, columns, left = rows - 2, columns - 2, left - 2
        out = MapShape(rows, columns, shape.channels)
        target = _between(op, out, left)
        layers.append(MaxPool(source, shape, _zero(op, begin), target, out, 3, 1, begin))
        source, shape, begin = target, out, (0, 0)
    out = MapShape(*op.output.shape[1:])
    stride = op.stride[0] if out.pixels > 1 else 2
    zero = _zero(op, begin)
    return [*layers, MaxPool(source, shape, zero, op.output, out, left, stride, begin)]


def _between(op: Pooling, shape: MapShape, left: int) -> Tensor:
    return replace(op.output, name=f"{op.output.name} before {left} x {left}", shape=(1, *shape))


def _zero(op: Pooling, begin: tuple[int, int]) -> int:
    """What is added to and taken from every value: any number, and the lowest where one is seen."""
    return LOWEST if any(op.padding) else zero_point(op.input)
