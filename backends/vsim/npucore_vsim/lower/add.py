# SPDX-License-Identifier: MIT
"""Additions -> convolutions of an image that has the two operands as its channels."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import Add
from npucore_vsim.chip import Chip
from npucore_vsim.lower.activation import has_relu
from npucore_vsim.lower.layer import Convolve, Layer
from npucore_vsim.maps import MapShape, map_shape
from npucore_vsim.quantize import V8_CENTRE, zero_point

MOST = 255  # the stored weight of the coarser operand
KERNEL = 2  # rows and columns, of which one tap counts
WIDTHS = (128, 64, 32)  # columns of the image; what is in it does not matter


def image(shape: MapShape) -> MapShape | None:
    """The elements as an image of one channel; None if none of the widths divides them.

    The operands' distance has to be a multiple of the width, so these are powers of 2.
    Source: vsim hardware reference 7; Mesa, whose operands lie side by side, takes any divisor of
    the pixels below 64 where these do not divide them.
    """
    for divided in (shape.pixels, shape.elements):
        for width in WIDTHS:
            if divided % width == 0:
                return MapShape(shape.elements // width, width, 1)
    return None


def weights(op: Add) -> tuple[int, int]:
    """Of both operands: 255 for the coarser one."""
    a, b = float(op.a.q.scale), float(op.b.q.scale)
    one = max(b / a, 1.0) / MOST
    return round(1 / one), round(b / a / one)


def error(op: Add) -> float:
    """By how many LSB the rounding of the weights can move an output."""
    a, b = float(op.a.q.scale), float(op.b.q.scale)
    unit = max(a, b) / MOST
    wrong = (abs(w * unit - real) for w, real in zip(weights(op), (a, b), strict=True))
    return sum(wrong) * MOST / float(op.output.q.scale)


def lower(op: Add, graph: Graph, chip: Chip) -> list[Layer]:
    """One job; the finer operand's weight is rounded to a 255th of the coarser one's."""
    shape = map_shape(op.output)
    folded = None if shape is None else image(shape)
    if folded is None:
        op.invalid("its elements make no image")
    first, second = weights(op)
    kernel = np.zeros((1, 2, KERNEL, KERNEL), np.uint8)
    kernel[0, :, 0, 0] = first, second
    centre = V8_CENTRE if chip.generation == 8 else 0
    zeros = zero_point(op.a) - centre, zero_point(op.b) - centre
    scale = max(float(op.a.q.scale), float(op.b.q.scale)) / MOST / float(op.output.q.scale)
    return [
        Convolve(
            source=op.a,
            source_shape=folded._replace(channels=2),
            source_zero_point=zero_point(op.a),
            destination=op.output,
            destination_shape=folded,
            destination_zero_point=zero_point(op.output),
            weights=kernel,
            weight_zero_point=0,
            bias=np.array([-first * zeros[0] - second * zeros[1]], np.int64),
            scale=scale,
            relu=has_relu(op),
            plain=True,
            second=op.b,
        )
    ]
