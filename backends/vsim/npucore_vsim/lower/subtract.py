# SPDX-License-Identifier: MIT
"""Differences from a constant -> a look-up."""

from __future__ import annotations

import operator

from npucore.graph import Graph
from npucore.ops import Subtract
from npucore_vsim.chip import Chip
from npucore_vsim.lower.constant import with_constant
from npucore_vsim.lower.layer import Layer


def lower(op: Subtract, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer."""
    return with_constant(op, operator.sub)
