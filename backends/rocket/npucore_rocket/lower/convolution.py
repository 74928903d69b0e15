# SPDX-License-Identifier: MIT
"""Convolutions -> layers: dense and depthwise as they are, grouped ones with zeros between."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import Convolution
from npucore.quantize import Int64s, accumulator_scales
from npucore.rewrite.fold import source_and_padding
from npucore.tensor import Array
from npucore_rocket.layout import flip_sign
from npucore_rocket.lower.layer import Layer
from npucore_rocket.maps import MapShape
from npucore_rocket.quantize import corrected_bias, weight_zero_points, zero_point


def lower(op: Convolution, graph: Graph) -> Layer:
    """One layer. A multiplier above 1 and groups become a dense kernel that is mostly zero."""
    weights = flip_sign(_data(op))
    zeros = weight_zero_points(op.weights)
    depthwise = op.depthwise and op.output.shape[3] == op.input.shape[3]
    if depthwise:
        weights = np.ascontiguousarray(weights[..., 0])
    elif op.groups > 1:
        weights = _dense(weights, op.groups, zeros)
    bias = np.zeros(len(weights), np.int64)
    if op.bias is not None and op.bias.data is not None:
        bias = op.bias.data.astype(np.int64)
    source, padding = source_and_padding(op, graph)
    source_zero = zero_point(source)
    scales = accumulator_scales(op, graph.rounding)
    apart = [d if taps > 1 else 1 for d, taps in zip(op.dilation, op.kernel, strict=True)]
    return Layer(
        source=source,
        source_shape=MapShape(*source.shape[1:]),
        source_zero_point=source_zero,
        destination=op.output,
        destination_shape=MapShape(*op.output.shape[1:]),
        destination_zero_point=zero_point(op.output),
        weights=weights,
        weight_zero_points=zeros,
        bias=corrected_bias(bias, weights, zeros, source_zero),
        scales=scales[:1] if op.weights.q.axis is None else scales,
        stride=op.stride,
        padding=(padding.top, padding.left),
        depthwise=depthwise,
        dilation=(apart[0], apart[1]),
    )


def _data(op: Convolution) -> Array:
    if op.weights.data is None:
        op.invalid("its weights are not constant")
    return op.weights.data


def _dense(weights: Array, groups: int, zeros: Int64s) -> Array:
    """(O, KH, KW, C/groups) -> (O, KH, KW, C), real 0 outside each group's channels."""
    kernels, kh, kw, channels = weights.shape
    dense = np.empty((kernels, kh, kw, channels * groups), np.int8)
    dense[...] = zeros.reshape(-1, 1, 1, 1)
    each = kernels // groups
    for group in range(groups):
        mine = slice(group * each, (group + 1) * each)
        dense[mine, ..., group * channels : (group + 1) * channels] = weights[mine]
    return dense
