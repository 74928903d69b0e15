# SPDX-License-Identifier: MIT
"""Parts of all ops with weights: sums of 32 bits and their multipliers."""

from __future__ import annotations

import numpy as np

from npucore.errors import UnsupportedError
from npucore.ops import Convolution, FullyConnected
from npucore.quantize import Rounding, accumulator_scales, activation_bounds
from npucore_tinyacc.lower.layer import Convolve, MapShape, Window

LARGEST_DIFFERENCE = 255  # of a byte and a zero point
LARGEST_SUM = (1 << 31) - 1


def weighted(
    op: Convolution | FullyConnected,
    shapes: tuple[MapShape, MapShape],
    window: Window,
    rounding: Rounding,
) -> Convolve:
    """*op* as a convolution from a map to a map. Raises `UnsupportedError` for sums too large."""
    outputs = op.weights.shape[0]
    kernel = (1, 1) if isinstance(op, FullyConnected) else op.kernel
    weights = np.asarray(op.weights.data, np.int8).reshape(outputs, *kernel, shapes[0].channels)
    bias = np.zeros(outputs, np.int32) if op.bias is None else np.asarray(op.bias.data, np.int32)
    sums = np.abs(weights.astype(np.int64)).reshape(outputs, -1).sum(axis=1)
    largest = int((sums * LARGEST_DIFFERENCE + np.abs(bias.astype(np.int64))).max())
    if largest > LARGEST_SUM:
        raise UnsupportedError(f"sums may reach {largest}, at most {LARGEST_SUM}")
    return Convolve(
        source=op.input,
        destination=op.output,
        source_shape=shapes[0],
        shape=shapes[1],
        window=window,
        weights=weights,
        bias=bias,
        factor=float(np.float32(accumulator_scales(op, rounding)[0])),
        clamp=activation_bounds(op.activation, op.output),
    )
