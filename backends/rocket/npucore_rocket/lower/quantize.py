# SPDX-License-Identifier: MIT
"""A change of quantization -> a depthwise convolution of one tap."""

from __future__ import annotations

import numpy as np

from npucore.ops import Quantize
from npucore_rocket.lower.layer import Layer
from npucore_rocket.lower.tap import ONE, depthwise
from npucore_rocket.maps import map_shape


def lower(op: Quantize) -> Layer:
    """One layer: ``acc = 64 * (x - zx)``."""
    shape = map_shape(op.input)
    if shape is None:
        op.invalid("it is no feature map")
    kernel = np.full((shape.channels, 1, 1), ONE, np.int8)
    return depthwise(op.input, shape, op.output, shape, kernel, ONE)
