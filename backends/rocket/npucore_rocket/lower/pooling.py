# SPDX-License-Identifier: MIT
"""Average pools -> depthwise convolutions; maximum pools -> `npucore_rocket.lower.extreme`."""

from __future__ import annotations

from npucore.ops import Pooling, PoolingType
from npucore_rocket.chip import Chip
from npucore_rocket.lower.average import average, over_the_edge, whole
from npucore_rocket.lower.extreme import largest
from npucore_rocket.lower.layer import Layer
from npucore_rocket.lower.pointwise import Pointwise
from npucore_rocket.maps import MapShape


def lower(op: Pooling, chip: Chip) -> tuple[Layer | Pointwise, ...]:
    """Layers, and the element-wise stage where windows go over the edge or want the largest."""
    shape, out = MapShape(*op.input.shape[1:]), MapShape(*op.output.shape[1:])
    if op.type is PoolingType.MAX:
        return largest(op, chip)
    if any(op.padding):
        return tuple(over_the_edge(op, shape, chip))
    if is_whole(op):
        return whole(op, shape, chip)
    stride = (
        op.stride[0] if op.kernel[0] < shape.height else 1,
        op.stride[1] if op.kernel[1] < shape.width else 1,
    )
    return (average(op, shape, op.kernel, out, stride),)


def is_whole(op: Pooling) -> bool:
    """Whether there is one window, as large as the map."""
    return tuple(op.kernel) == op.input.shape[1:3] and not any(op.padding)
