# SPDX-License-Identifier: MIT
"""Hard swish -> a look-up."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import HSwish
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer
from npucore_vsim.lower.lookup import lookup
from npucore_vsim.tables import Float64s


def lower(op: HSwish, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer."""
    return lookup(op.input, op.output, hard_swish)


def hard_swish(x: Float64s) -> Float64s:
    """``x * clamp(x + 3, 0, 6) / 6``."""
    value: Float64s = x * np.clip(x + 3, 0, 6) / 6
    return value
