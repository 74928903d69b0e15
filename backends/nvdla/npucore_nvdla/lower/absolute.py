# SPDX-License-Identifier: MIT
"""Magnitudes: what is negative is multiplied by -1."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Absolute
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.layer import Layer
from npucore_nvdla.lower.leaky_relu import rectified


def lower(op: Absolute, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer."""
    return [rectified(op.input, op.output, -1.0)]
