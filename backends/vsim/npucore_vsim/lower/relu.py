# SPDX-License-Identifier: MIT
"""Rectifiers that stand alone -> a look-up."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import Relu
from npucore.quantize import REAL_BOUNDS
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer
from npucore_vsim.lower.lookup import lookup
from npucore_vsim.tables import Float64s


def lower(op: Relu, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer."""
    low, high = REAL_BOUNDS[op.activation]

    def clamped(x: Float64s) -> Float64s:
        kept: Float64s = np.clip(x, low, high)
        return kept

    return lookup(op.input, op.output, clamped)
