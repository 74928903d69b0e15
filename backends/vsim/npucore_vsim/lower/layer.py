# SPDX-License-Identifier: MIT
"""What one op becomes, in the chip's own terms: convolutions, and jobs that move bytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.quantize import Int64s
from npucore.tensor import Tensor
from npucore_vsim.maps import MapShape

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Convolve:
    """``destination = requantize(convolve(source) + bias)``: one job of the NN cores.

    Parameters
    ----------
    second
        A second source of the same shape; the two are channels 0 and 1 of an image.
    weights
        (O, C, KH, KW) uint8 as the chip sees them; (O, 1, KH, KW) if *depthwise*.
    bias
        (O,) int64 in int32's range, corrected for the input's zero point.
    scale
        Output LSB per unit of the sums.
    offset
        (y, x) of the first window; minus the padding.
    first_pixel
        Whether every other row and column of results is kept.
    strided
        Whether the op has a stride of 2, however it is done.
    plain
        Whether the coefficients have no runs of zeros, whatever that costs.
    """

    source: Tensor
    source_shape: MapShape
    source_zero_point: int
    destination: Tensor
    destination_shape: MapShape
    destination_zero_point: int
    weights: Bytes
    weight_zero_point: int
    bias: Int64s
    scale: float
    offset: tuple[int, int] = (0, 0)
    first_pixel: bool = False
    strided: bool = False
    relu: bool = False
    depthwise: bool = False
    plain: bool = False
    second: Tensor | None = None

    @property
    def kernel(self) -> tuple[int, int]:
        """Rows and columns of the kernel."""
        return self.weights.shape[2], self.weights.shape[3]


@dataclass(frozen=True, slots=True, eq=False)
class Reshuffle:
    """Four planes of each channel: even and odd rows and columns. Jobs of the TP cores.

    *begin* is the first row and column, minus the padding; outside is the zero point.
    """

    source: Tensor
    source_shape: MapShape
    source_zero_point: int
    destination: Tensor
    destination_shape: MapShape
    begin: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class MaxPool:
    """The largest of windows without padding. Jobs of the TP cores."""

    source: Tensor
    source_shape: MapShape
    source_zero_point: int
    destination: Tensor
    destination_shape: MapShape
    kernel: int
    stride: int


@dataclass(frozen=True, slots=True, eq=False)
class Pick:
    """Every *step*-th row, from the first on, of maps of one column. A job of the TP cores."""

    source: Tensor
    source_shape: MapShape
    source_zero_point: int
    destination: Tensor
    step: int


Layer = Convolve | Reshuffle | MaxPool | Pick
