# SPDX-License-Identifier: MIT
"""The logistic function -> a look-up."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import Logistic
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer
from npucore_vsim.lower.lookup import lookup
from npucore_vsim.tables import Float64s


def lower(op: Logistic, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer."""
    return lookup(op.input, op.output, logistic)


def logistic(x: Float64s) -> Float64s:
    """``1 / (1 + exp(-x))``, by way of a function that does not overflow."""
    value: Float64s = (1 + np.tanh(x / 2)) / 2
    return value
