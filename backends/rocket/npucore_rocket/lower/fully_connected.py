# SPDX-License-Identifier: MIT
"""Fully connected layers -> 1x1 convolutions over one pixel."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import FullyConnected
from npucore.quantize import accumulator_scales
from npucore_rocket.layout import flip_sign
from npucore_rocket.lower.layer import Layer
from npucore_rocket.maps import MapShape
from npucore_rocket.quantize import corrected_bias, weight_zero_points, zero_point


def lower(op: FullyConnected, graph: Graph) -> Layer:
    """One layer."""
    if op.weights.data is None:
        op.invalid("its weights are not constant")
    weights = flip_sign(op.weights.data)[:, None, None, :]
    zeros = weight_zero_points(op.weights)
    bias = np.zeros(len(weights), np.int64)
    if op.bias is not None and op.bias.data is not None:
        bias = op.bias.data.astype(np.int64)
    source_zero = zero_point(op.input)
    scales = accumulator_scales(op, graph.rounding)
    return Layer(
        source=op.input,
        source_shape=MapShape(1, 1, weights.shape[3]),
        source_zero_point=source_zero,
        destination=op.output,
        destination_shape=MapShape(1, 1, len(weights)),
        destination_zero_point=zero_point(op.output),
        weights=weights,
        weight_zero_points=zeros,
        bias=corrected_bias(bias, weights, zeros, source_zero),
        scales=scales[:1] if op.weights.q.axis is None else scales,
        stride=(1, 1),
        padding=(0, 0),
    )
