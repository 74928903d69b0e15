# SPDX-License-Identifier: MIT
"""Average pools -> depthwise convolutions with equal weights."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import Pooling
from npucore_rocket.lower.add import ONE
from npucore_rocket.lower.layer import Layer
from npucore_rocket.maps import MapShape
from npucore_rocket.quantize import zero_point


def lower(op: Pooling, graph: Graph) -> Layer:
    """One layer. Source: rocket hardware reference 7.4: the vendor lowers average pools so."""
    shape = MapShape(*op.input.shape[1:])
    kh, kw = op.kernel
    source_zero = zero_point(op.input)
    scale = float(op.input.q.scale) / float(op.output.q.scale) / (ONE * kh * kw)
    out = MapShape(*op.output.shape[1:])
    return Layer(
        op=op,
        source=op.input,
        source_shape=shape,
        source_zero_point=source_zero,
        destination=op.output,
        destination_shape=out,
        destination_zero_point=zero_point(op.output),
        weights=np.full((shape.channels, kh, kw), ONE, np.int8),
        weight_zero_point=0,
        bias=np.full(shape.channels, -source_zero * ONE * kh * kw, np.int64),
        scales=np.array([scale]),
        # A single window takes no steps, and the field has three bits.
        stride=(op.stride[0] if out.height > 1 else 1, op.stride[1] if out.width > 1 else 1),
        padding=(0, 0),
        depthwise=True,
    )
