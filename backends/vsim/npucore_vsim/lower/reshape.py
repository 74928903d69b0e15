# SPDX-License-Identifier: MIT
"""Reshapes -> nothing where bytes stay in place, else turns by way of pixels."""

from __future__ import annotations

from dataclasses import replace

from npucore.graph import Graph
from npucore.ops import Reshape
from npucore.tensor import Tensor
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer, Turn
from npucore_vsim.maps import same_order, stored_shape
from npucore_vsim.quantize import zero_point


def lower(op: Reshape, graph: Graph, chip: Chip) -> list[Layer]:
    """Planes to pixels, and pixels to planes."""
    if same_order(op.input, op.output):
        return []
    zero = zero_point(op.input)
    pixels: Tensor = replace(op.input, name=f"{op.output.name} in pixels")
    before, after = stored_shape(op.input), stored_shape(op.output)
    if before.planar:
        return [Turn(op.input, op.output, after, zero, inward=True)]
    if after.planar:
        return [Turn(op.input, op.output, before, zero, inward=False)]
    return [
        Turn(op.input, pixels, before, zero, inward=False),
        Turn(pixels, op.output, after, zero, inward=True),
    ]
