# SPDX-License-Identifier: MIT
"""Average pools -> depthwise convolutions."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Pooling
from npucore_rocket.lower.average import average
from npucore_rocket.lower.layer import Layer
from npucore_rocket.maps import MapShape


def lower(op: Pooling, graph: Graph) -> Layer:
    """One layer. A window as large as the map takes no steps: its stride is 1."""
    shape, out = MapShape(*op.input.shape[1:]), MapShape(*op.output.shape[1:])
    stride = (
        op.stride[0] if op.kernel[0] < shape.height else 1,
        op.stride[1] if op.kernel[1] < shape.width else 1,
    )
    return average(op, shape, op.kernel, out, stride)
