# SPDX-License-Identifier: MIT
"""A change of quantization -> an average over one pixel."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Quantize
from npucore_vsim.chip import Chip
from npucore_vsim.lower.average import average
from npucore_vsim.lower.layer import Layer
from npucore_vsim.maps import map_shape


def lower(op: Quantize, graph: Graph, chip: Chip) -> list[Layer]:
    """One job."""
    shape = map_shape(op.input)
    if shape is None:
        op.invalid("it is no feature map")
    return average(op, chip, shape, (1, 1), shape)
