# SPDX-License-Identifier: MIT
"""Differences -> a convolution over both operands, as a sum; those from a constant a look-up."""

from __future__ import annotations

import operator

from npucore.graph import Graph
from npucore.ops import Subtract
from npucore_vsim.chip import Chip
from npucore_vsim.lower.add import added
from npucore_vsim.lower.constant import has_constant, with_constant
from npucore_vsim.lower.layer import Layer


def lower(op: Subtract, graph: Graph, chip: Chip) -> list[Layer]:
    """One job, or a look-up with a constant of one value."""
    return with_constant(op, operator.sub) if has_constant(op) else added(op, graph, chip)
