# SPDX-License-Identifier: MIT
"""A change of quantization -> a depthwise convolution of one tap."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import Quantize
from npucore_rocket.lower.average import ONE
from npucore_rocket.lower.layer import SYMMETRIC, Layer
from npucore_rocket.maps import map_shape
from npucore_rocket.quantize import zero_point


def lower(op: Quantize, graph: Graph) -> Layer:
    """One layer: ``acc = 64 * (x - zx)``."""
    shape = map_shape(op.input)
    if shape is None:
        op.invalid("it is no feature map")
    source_zero = zero_point(op.input)
    scale = float(op.input.q.scale) / float(op.output.q.scale) / ONE
    return Layer(
        source=op.input,
        source_shape=shape,
        source_zero_point=source_zero,
        destination=op.output,
        destination_shape=shape,
        destination_zero_point=zero_point(op.output),
        weights=np.full((shape.channels, 1, 1), ONE, np.int8),
        weight_zero_points=SYMMETRIC,
        bias=np.full(shape.channels, -source_zero * ONE, np.int64),
        scales=np.array([scale]),
        stride=(1, 1),
        padding=(0, 0),
        depthwise=True,
    )
