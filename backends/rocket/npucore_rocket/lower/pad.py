# SPDX-License-Identifier: MIT
"""Borders of any value that no convolution adds itself -> a depthwise convolution of one tap."""

from __future__ import annotations

from npucore.ops import Pad
from npucore_rocket.lower.layer import Layer
from npucore_rocket.lower.tap import tapped
from npucore_rocket.maps import MapShape
from npucore_rocket.quantize import zero_point


def lower(op: Pad) -> tuple[Layer, ...]:
    """One layer: its padding holds the value, cropped rows and columns are stepped over."""
    top, left = op.before[1], op.before[2]
    return (
        tapped(
            op.input,
            MapShape(*op.input.shape[1:]),
            op.output,
            MapShape(*op.output.shape[1:]),
            at=(max(-top, 0), max(-left, 0)),
            padding=(max(top, 0), max(left, 0)),
            border=border_value(op),
        ),
    )


def border_value(op: Pad) -> int:
    """The stored value of the border, as the chip sees it."""
    if op.value is None:
        return zero_point(op.output)
    return int(op.value) - (128 if op.output.dtype.kind == "u" else 0)
