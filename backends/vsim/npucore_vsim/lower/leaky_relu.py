# SPDX-License-Identifier: MIT
"""Leaky rectifiers -> a look-up."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import LeakyRelu
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer
from npucore_vsim.lower.lookup import lookup
from npucore_vsim.tables import Float64s


def lower(op: LeakyRelu, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer."""

    def leaky(x: Float64s) -> Float64s:
        return np.where(x < 0, op.alpha * x, x)

    return lookup(op.input, op.output, leaky)
