# SPDX-License-Identifier: MIT
"""Averages over windows -> depthwise convolutions with equal weights."""

from __future__ import annotations

import numpy as np

from npucore.ops import Mean, Pooling
from npucore_rocket.lower.layer import SYMMETRIC, Layer
from npucore_rocket.maps import MapShape
from npucore_rocket.quantize import zero_point

ONE = 64  # the stored weight of real 1: a power of two keeps halves exact


def average(
    op: Pooling | Mean,
    shape: MapShape,
    kernel: tuple[int, int],
    out: MapShape,
    stride: tuple[int, int],
) -> Layer:
    """One layer. Source: rocket hardware reference 7.4: the vendor lowers average pools so."""
    kh, kw = kernel
    source_zero = zero_point(op.input)
    scale = float(op.input.q.scale) / float(op.output.q.scale) / (ONE * kh * kw)
    return Layer(
        source=op.input,
        source_shape=shape,
        source_zero_point=source_zero,
        destination=op.output,
        destination_shape=out,
        destination_zero_point=zero_point(op.output),
        weights=np.full((shape.channels, kh, kw), ONE, np.int8),
        weight_zero_points=SYMMETRIC,
        bias=np.full(shape.channels, -source_zero * ONE * kh * kw, np.int64),
        scales=np.array([scale]),
        stride=stride,
        padding=(0, 0),
        depthwise=True,
    )
