# SPDX-License-Identifier: MIT
"""A change of quantization."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Quantize
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.layer import Compute, Layer
from npucore_nvdla.lower.points import requantized
from npucore_nvdla.maps import region


def lower(op: Quantize, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer."""
    target = region(op.output)
    points = requantized(op.input, op.output)
    return [Compute(region(op.input, target.shape), target, points)]
