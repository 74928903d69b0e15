# SPDX-License-Identifier: MIT
"""Averages over windows -> convolutions with equal weights, each channel by itself."""

from __future__ import annotations

import numpy as np

from npucore.ops import Mean, Pooling, Quantize
from npucore_vsim.chip import Chip
from npucore_vsim.lower.convolution import SMALLEST_KERNEL, dense
from npucore_vsim.lower.layer import Convolve, Layer
from npucore_vsim.maps import MapShape
from npucore_vsim.quantize import corrected_bias, zero_point

ONE = 255  # the stored weight of real 1; its zero point is 0. Source: jobs of the vendor's compiler


def average(
    op: Pooling | Mean | Quantize,
    chip: Chip,
    shape: MapShape,
    kernel: tuple[int, int],
    out: MapShape,
    first_pixel: bool = False,
) -> list[Layer]:
    """One job; ``1 / (255 * taps)`` goes into the multiplier."""
    rows, columns = kernel
    weights = np.full((shape.channels, 1, rows, columns), ONE, np.uint8)
    if shape.channels == 1 and kernel == (1, 1):
        weights = np.zeros((1, 1, SMALLEST_KERNEL, SMALLEST_KERNEL), np.uint8)
        weights[0, 0, 0, 0] = ONE
    depthwise = chip.depthwise and shape.channels > 1
    if not depthwise:
        weights = dense(weights, shape.channels, 0)
    zero = zero_point(op.input)
    scale = float(op.input.q.scale) / float(op.output.q.scale) / (ONE * rows * columns)
    nothing = np.zeros(shape.channels, np.int64)
    return [
        Convolve(
            source=op.input,
            source_shape=shape,
            source_zero_point=zero,
            destination=op.output,
            destination_shape=out,
            destination_zero_point=zero_point(op.output),
            weights=weights,
            weight_zero_point=0,
            bias=corrected_bias(nothing, weights, 0, zero, chip.generation),
            scale=scale,
            first_pixel=first_pixel,
            strided=first_pixel,
            depthwise=depthwise,
        )
    ]
