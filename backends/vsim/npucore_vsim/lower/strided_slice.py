# SPDX-License-Identifier: MIT
"""Slices -> nothing where they are a view, else copies of boxes."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import StridedSlice
from npucore_vsim.alias import sliced_view
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer, Move
from npucore_vsim.maps import MapShape
from npucore_vsim.quantize import zero_point


def lower(op: StridedSlice, graph: Graph, chip: Chip) -> list[Layer]:
    """One copy."""
    if sliced_view(op) is not None:
        return []
    _, height, width, _ = op.input.shape
    _, rows, columns, planes = op.sizes
    return [
        Move(
            source=op.input,
            image=MapShape(height, width, planes),
            destination=op.output,
            size=(rows, columns),
            steps=(rows * columns, columns, 1),
            begin=(op.begin[1], op.begin[2]),
            skip=op.begin[3] * height * width,
            fill=zero_point(op.input),
        )
    ]
