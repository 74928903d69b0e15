# SPDX-License-Identifier: MIT
"""Clamps of a map of their own."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Relu
from npucore.quantize import activation_bounds
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.layer import Compute, Layer
from npucore_nvdla.lower.points import clamped, requantized
from npucore_nvdla.maps import region
from npucore_nvdla.quantize import bounds


def lower(op: Relu, graph: Graph, chip: Chip) -> list[Layer]:
    """A change of quantization, then the clamp."""
    target = region(op.output)
    points = requantized(op.input, op.output)
    clamp = bounds(op.output, activation_bounds(op.activation, op.output))
    layer = Compute(region(op.input, target.shape), target, points)
    return [layer, *clamped(op.output, clamp)]
