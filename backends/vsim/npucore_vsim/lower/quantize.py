# SPDX-License-Identifier: MIT
"""A change of quantization -> a look-up."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Quantize
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer
from npucore_vsim.lower.lookup import lookup


def lower(op: Quantize, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer."""
    return lookup(op.input, op.output, lambda x: x)
