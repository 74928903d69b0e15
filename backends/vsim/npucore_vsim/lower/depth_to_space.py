# SPDX-License-Identifier: MIT
"""Channels that become blocks of pixels -> a copy for each place in a block."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import DepthToSpace
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer, Move
from npucore_vsim.maps import MapShape
from npucore_vsim.quantize import zero_point


def lower(op: DepthToSpace, graph: Graph, chip: Chip) -> list[Layer]:
    """As many copies as a block has pixels."""
    shape, out = MapShape(*op.input.shape[1:]), MapShape(*op.output.shape[1:])
    return [
        Move(
            source=op.input,
            image=shape._replace(channels=out.channels),
            destination=op.output,
            size=(shape.height, shape.width),
            steps=(out.pixels, op.block * out.width, op.block),
            skip=(y * op.block + x) * out.channels * shape.pixels,
            start=y * out.width + x,
            fill=zero_point(op.input),
        )
        for y in range(op.block)
        for x in range(op.block)
    ]
