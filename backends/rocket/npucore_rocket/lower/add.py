# SPDX-License-Identifier: MIT
"""Additions -> an identity convolution of one operand, the other added to its accumulator."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import Add
from npucore_rocket.lower.layer import Addend, Layer
from npucore_rocket.maps import map_shape
from npucore_rocket.quantize import zero_point

ONE = 127  # the stored weight of real 1: the largest there is, so that sums have most digits


def lower(op: Add, graph: Graph) -> Layer:
    """One layer: ``acc = 127 * (a - za) + (b - zb) * 127 * sb / sa``, with *a* the coarser one.

    Both operands are what they are in memory: a convolution with the addition fused into it would
    add what its own output had been before it was rounded and clamped.
    """
    shape = map_shape(op.output)
    if shape is None:
        op.invalid("it is no feature map")
    a, b = (op.a, op.b) if op.a.q.scale >= op.b.q.scale else (op.b, op.a)
    weights = np.zeros((shape.channels, 1, 1, shape.channels), np.int8)
    np.fill_diagonal(weights[:, 0, 0, :], ONE)
    source_zero = zero_point(a)
    scale = float(a.q.scale) / ONE
    return Layer(
        source=a,
        source_shape=shape,
        source_zero_point=source_zero,
        destination=op.output,
        destination_shape=shape,
        destination_zero_point=zero_point(op.output),
        weights=weights,
        weight_zero_point=0,
        bias=np.full(shape.channels, -source_zero * ONE, np.int64),
        scales=np.array([scale / float(op.output.q.scale)]),
        stride=(1, 1),
        padding=(0, 0),
        addend=Addend(b, zero_point(b), float(b.q.scale) / scale),
    )
