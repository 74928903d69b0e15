# SPDX-License-Identifier: MIT
"""What one run of the convolution engine computes, in the chip's own terms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.quantize import Float64s, Int64s
from npucore.tensor import Tensor
from npucore_rocket.layout import Int8s
from npucore_rocket.maps import MapShape

INT8 = np.iinfo(np.int8)


@dataclass(frozen=True, slots=True, eq=False)
class Addend:
    """A second map that is added to the accumulator before it is requantized.

    *scale* is in accumulator units per LSB of the addend.
    """

    tensor: Tensor
    zero_point: int  # as the chip sees it
    scale: float


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """``destination = requantize(convolve(source) + bias [+ addend])``.

    Parameters
    ----------
    weights
        (O, KH, KW, C) int8 as the chip sees them; (C, KH, KW) if *depthwise*.
    weight_zero_point
        Of the weights, as the chip sees it.
    bias
        (O,) int64 in int32's range, corrected for the input's zero point.
    scales
        Output LSB per unit of the accumulator: (1,), or (O,) with one for each channel.
    padding
        (top, left); what is missing below and on the right follows from the output's size.
    relu, relu_limit
        Whether sums below real 0 become 0, and above which sum they are cut, in units of the
        accumulator (of the largest scale, if there is one for each channel).
    first_channel
        Where in the destination its kernels begin: a multiple of 16.
    """

    source: Tensor
    source_shape: MapShape
    source_zero_point: int
    destination: Tensor
    destination_shape: MapShape
    destination_zero_point: int
    weights: Int8s
    weight_zero_point: int
    bias: Int64s
    scales: Float64s
    stride: tuple[int, int]  # (y, x)
    padding: tuple[int, int]  # (top, left)
    depthwise: bool = False
    addend: Addend | None = None
    relu: bool = False
    relu_limit: int | None = None
    first_channel: int = 0

    @property
    def maps(self) -> tuple[tuple[Tensor, MapShape], ...]:
        """Every tensor that it reads or writes, and the map that it takes it for."""
        ends = ((self.source, self.source_shape), (self.destination, self.destination_shape))
        if self.addend is None:
            return ends
        return (*ends, (self.addend.tensor, self.destination_shape))

    @property
    def kernel(self) -> tuple[int, int]:
        """Rows and columns of the kernel."""
        return self.weights.shape[1], self.weights.shape[2]

    @property
    def per_channel(self) -> bool:
        """Whether every output channel has a scale of its own."""
        return len(self.scales) > 1

    @property
    def kernels(self) -> int:
        """Output channels."""
        return self.destination_shape.channels


def reach(layer: Layer) -> Float64s:
    """(O,) how far from real 0 each channel's output can get without saturating, in LSB.

    From the weights' signs and the range of the input: no input can bring more.
    """
    weights = layer.weights.astype(np.int64).reshape(len(layer.weights), -1)
    weights -= layer.weight_zero_point
    zero, out = layer.source_zero_point, layer.destination_zero_point
    bias = layer.bias + zero * weights.sum(axis=1)
    ends = (weights * (INT8.min - zero), weights * (INT8.max - zero))
    most = (bias + np.maximum(*ends).sum(axis=1)) * layer.scales
    least = (bias + np.minimum(*ends).sum(axis=1)) * layer.scales
    above = np.clip(most, 0, INT8.max - out)
    below = np.clip(-least, 0, out - INT8.min)
    farthest: Float64s = np.maximum(above, below)
    return farthest
