# SPDX-License-Identifier: MIT
"""Average pools -> depthwise convolutions."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Pooling
from npucore_rocket.lower.average import average
from npucore_rocket.lower.layer import Layer
from npucore_rocket.maps import MapShape


def lower(op: Pooling, graph: Graph) -> Layer:
    """One layer. A single window takes no steps, so its stride, which may not fit, is 1."""
    out = MapShape(*op.output.shape[1:])
    stride = (op.stride[0] if out.height > 1 else 1, op.stride[1] if out.width > 1 else 1)
    return average(op, MapShape(*op.input.shape[1:]), op.kernel, out, stride)
