# SPDX-License-Identifier: MIT
"""The mean over a whole map -> an average over one window."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Mean
from npucore_vsim.chip import Chip
from npucore_vsim.lower.average import average_of_map
from npucore_vsim.lower.layer import Layer
from npucore_vsim.maps import MapShape


def lower(op: Mean, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer, or two."""
    shape = MapShape(*op.input.shape[1:])
    return average_of_map(op, chip, shape, shape[:2])
