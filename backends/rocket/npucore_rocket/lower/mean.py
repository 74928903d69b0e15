# SPDX-License-Identifier: MIT
"""The mean over a whole map -> a depthwise convolution of one window."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Mean
from npucore_rocket.lower.average import average
from npucore_rocket.lower.layer import Layer
from npucore_rocket.maps import MapShape


def lower(op: Mean, graph: Graph) -> Layer:
    """One layer."""
    _, height, width, channels = op.input.shape
    shape, out = MapShape(height, width, channels), MapShape(1, 1, channels)
    return average(op, shape, (height, width), out, (1, 1))
