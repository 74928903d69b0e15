# SPDX-License-Identifier: MIT
"""The logistic function -> a look-up, or nothing where a multiplication computes it itself."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Logistic
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer
from npucore_vsim.lower.lookup import lookup
from npucore_vsim.lower.mul import folded
from npucore_vsim.lower.sigmoid import sigmoid


def lower(op: Logistic, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer at most."""
    return [] if folded(op, graph) else lookup(op.input, op.output, sigmoid)
