# SPDX-License-Identifier: MIT
"""Average pools -> convolutions, maximum pools -> jobs of the TP cores."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Pooling, PoolingType
from npucore_vsim.chip import Chip
from npucore_vsim.lower.average import average, average_of_map
from npucore_vsim.lower.layer import Layer, MaxPool
from npucore_vsim.maps import MapShape
from npucore_vsim.quantize import zero_point


def lower(op: Pooling, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer, or two where there is one window."""
    shape, out = MapShape(*op.input.shape[1:]), MapShape(*op.output.shape[1:])
    if op.type is PoolingType.MAX:
        zero = zero_point(op.input)
        return [MaxPool(op.input, shape, zero, op.output, out, op.kernel[0], op.stride[0])]
    if out.pixels == 1:
        return average_of_map(op, chip, shape, op.kernel)
    return average(op, chip, shape, op.kernel, out, op.stride == (2, 2))
