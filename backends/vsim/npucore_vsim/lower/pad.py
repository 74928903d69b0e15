# SPDX-License-Identifier: MIT
"""Pads that no convolution takes on -> copies of a box that is larger than its image."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Pad
from npucore_vsim.alias import folded
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer, Move
from npucore_vsim.maps import MapShape
from npucore_vsim.quantize import as_seen, zero_point


def lower(op: Pad, graph: Graph, chip: Chip) -> list[Layer]:
    """One copy, or nothing; a negative count crops."""
    if folded(op, graph):
        return []
    out = MapShape(*op.output.shape[1:])
    fill = zero_point(op.output) if op.value is None else as_seen(int(op.value), op.output)
    return [
        Move(
            source=op.input,
            image=MapShape(*op.input.shape[1:]),
            destination=op.output,
            size=(out.height, out.width),
            steps=(out.pixels, out.width, 1),
            begin=(-op.before[1], -op.before[2]),
            fill=fill,
        )
    ]
