# SPDX-License-Identifier: MIT
"""Maps repeated by whole numbers -> a copy for each place in a block."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Resize
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer, Move
from npucore_vsim.maps import MapShape
from npucore_vsim.quantize import zero_point


def lower(op: Resize, graph: Graph, chip: Chip) -> list[Layer]:
    """As many copies as a block has pixels."""
    shape, out = MapShape(*op.input.shape[1:]), MapShape(*op.output.shape[1:])
    down, across = out.height // shape.height, out.width // shape.width
    return [
        Move(
            source=op.input,
            image=shape,
            destination=op.output,
            size=(shape.height, shape.width),
            steps=(out.pixels, down * out.width, across),
            start=y * out.width + x,
            fill=zero_point(op.input),
        )
        for y in range(down)
        for x in range(across)
    ]
