# SPDX-License-Identifier: MIT
"""The hyperbolic tangent -> a look-up."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import Tanh
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer
from npucore_vsim.lower.lookup import lookup


def lower(op: Tanh, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer."""
    return lookup(op.input, op.output, np.tanh)
