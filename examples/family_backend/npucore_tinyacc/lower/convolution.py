# SPDX-License-Identifier: MIT
"""Convolutions, which are what the NPU does."""

from __future__ import annotations

from npucore.ops import Convolution
from npucore.quantize import Rounding
from npucore_tinyacc.lower.layer import Convolve, MapShape, Window
from npucore_tinyacc.lower.sums import weighted


def convolution(op: Convolution, rounding: Rounding) -> Convolve:
    """Padding below and to the right follows from the shapes."""
    window = Window(*op.stride, op.padding.top, op.padding.left)
    shapes = MapShape(*op.input.shape), MapShape(*op.output.shape)
    return weighted(op, shapes, window, rounding)
