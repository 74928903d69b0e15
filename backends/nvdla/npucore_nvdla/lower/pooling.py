# SPDX-License-Identifier: MIT
"""Pools: PDP's, where it does them; averages else as convolutions."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Pooling, PoolingType
from npucore.quantize import activation_bounds
from npucore_nvdla.chip import MOST_POOL, MOST_POOL_PADDING, MOST_POOL_STRIDE, Chip
from npucore_nvdla.lower.average import averaged
from npucore_nvdla.lower.layer import Layer, Method, Pool
from npucore_nvdla.lower.points import clamped
from npucore_nvdla.lower.sums import Window, steps
from npucore_nvdla.maps import image
from npucore_nvdla.quantize import bounds


def by_unit(op: Pooling) -> bool:
    """Whether PDP does it: one quantization, small windows, no border around averages."""
    stride = steps(op.stride, op.output.shape[1:3])
    small = max(op.kernel) <= MOST_POOL and max(stride) <= MOST_POOL_STRIDE
    border = max(op.padding)
    inside = border <= (MOST_POOL_PADDING if op.type is PoolingType.MAX else 0)
    return small and inside and op.input.q.same_as(op.output.q)


def lower(op: Pooling, graph: Graph, chip: Chip) -> list[Layer]:
    """A layer for each image, or each atom of its channels, and what is left of a clamp."""
    clamp = bounds(op.output, activation_bounds(op.activation, op.output))
    stride = steps(op.stride, op.output.shape[1:3])
    window = Window(stride, (1, 1), (op.padding.top, op.padding.left))
    layers: list[Layer] = []
    unit = by_unit(op)
    for number in range(op.input.shape[0]):
        source, target = image(op.input, number), image(op.output, number)
        if unit:
            method = Method.MAX if op.type is PoolingType.MAX else Method.AVERAGE
            layers.append(Pool(source, target, method, op.kernel, stride, window.padding))
        else:
            layers += averaged(source, target, op.kernel, window, op.padding, clamp, chip)
    return [*layers, *clamped(op.output, clamp, done=not unit)]
