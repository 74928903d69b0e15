# SPDX-License-Identifier: MIT
"""Real numbers and stored integers: the arithmetic that a model's quantization fixes.

What a network means, not how a chip computes it: every backend starts from these numbers.
"""

from __future__ import annotations

import enum
import functools
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from npucore.ops import (
    Activation,
    Convolution,
    FullyConnected,
    TransposeConvolution,
)
from npucore.tensor import Array, Tensor

Float64s = npt.NDArray[np.float64]
Int64s = npt.NDArray[np.int64]


class Rounding(enum.StrEnum):
    """How an accumulator becomes a stored integer."""

    TFLITE = "tflite"  # TFLite's reference kernels: fixed point, two roundings, half away from 0
    EXACT = "exact"  # one rounding of the scaled value, half to even: XNNPACK, ONNX Runtime


REAL_BOUNDS = {
    Activation.NONE: (None, None),
    Activation.RELU: (0.0, None),
    Activation.RELU6: (0.0, 6.0),
    Activation.RELU_N1_TO_1: (-1.0, 1.0),
}


def round_half_away(x: Array) -> Array:
    """The nearest integer, halves away from 0, in the dtype of *x* (as C's ``round``).

    >>> round_half_away(np.array([-2.5, -0.4, 0.5, 2.4999999999999996]))
    array([-3., -0.,  1.,  2.])
    """
    whole = np.trunc(x)
    rounded: Array = whole + np.copysign(np.abs(x - whole) >= 0.5, x).astype(x.dtype)
    return rounded


def multiplier(real: float) -> tuple[int, int]:
    """Split *real* into ``(m, shift)``: ``real ~ m * 2**(shift - 31)``, m in [2**30, 2**31).

    Relative error at most 2**-32; a *real* below 2**-32 becomes (0, 0).
    Source: TFLite QuantizeMultiplier.

    >>> multiplier(0.25)
    (1073741824, -1)
    """
    fraction, shift = math.frexp(real)
    m = math.floor(fraction * (1 << 31) + 0.5)
    if m == 1 << 31:
        m, shift = m // 2, shift + 1
    return (0, 0) if real == 0 or shift < -31 else (m, shift)


@functools.cache
def stored_range(dtype: np.dtype[Any]) -> tuple[int, int]:
    """The smallest and the largest integer that *dtype* stores."""
    info = np.iinfo(dtype)
    return int(info.min), int(info.max)


def activation_bounds(activation: Activation, output: Tensor) -> tuple[int, int]:
    """What *activation* leaves of the output's stored range; both ends included.

    Source: TFLite CalculateActivationRangeQuantized: ``zero_point + round(bound / scale)``, the
    division in float32, halves away from 0.
    """
    low, high = stored_range(output.dtype)
    scale, zero = output.q.scale, int(output.q.zero_point)
    real_low, real_high = REAL_BOUNDS[activation]
    if real_low is not None:
        low = max(low, zero + int(round_half_away(np.float32(real_low) / scale)))
    if real_high is not None:
        high = min(high, zero + int(round_half_away(np.float32(real_high) / scale)))
    return low, high


def inner_bounds(activation: Activation, output: Tensor) -> tuple[int | None, int | None]:
    """Where *activation* clamps inside the stored range of *output*; None at the range's ends.

    There saturation clamps, and hardware needs no setting for it.
    """
    bounds, ends = activation_bounds(activation, output), stored_range(output.dtype)
    low, high = (None if a == b else a for a, b in zip(bounds, ends, strict=True))
    return low, high


def accumulator_scales(
    op: Convolution | FullyConnected | TransposeConvolution, rounding: Rounding
) -> Float64s:
    """Output LSB per unit of the accumulator, for each output channel: (O,) float64.

    ``input.scale * weights.scale / output.scale``. Under the exact rule the product is rounded to
    float32, as XNNPACK and ONNX Runtime do it. TFLite rounds it in uint8 convolutions and computes
    in double otherwise: 0 of 2 million outputs at the rule's steps differ, 20,000 to 60,000 do the
    other way round.

    Source: TFLite GetQuantizedConvolutionMultipler, PopulateConvolutionQuantizationParams;
    XNNPACK subgraph/convolution-2d.c.
    """
    si, sw, so = op.input.q.scale, op.weights.q.scale, op.output.q.scale
    convolved_uint8 = op.input.dtype == np.uint8 and not isinstance(op, FullyConnected)
    if convolved_uint8 or rounding is Rounding.EXACT:
        product = (si * sw).astype(np.float64)
    else:
        product = widened(si) * widened(sw)
    return np.full(op.weights.shape[0], product / widened(so))


def widened(scales: npt.NDArray[np.float32]) -> Float64s:
    """*scales* as float64, for products that are to be of float64.

    Both factors have to be: before numpy 2, one number of float64 times an array of float32 is an
    array of float32.
    """
    return scales.astype(np.float64)
