# SPDX-License-Identifier: MIT
"""What one op becomes, in the chip's own terms: convolutions, and jobs that move bytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.quantize import Int64s
from npucore.tensor import Tensor
from npucore_vsim.maps import MapShape
from npucore_vsim.tables import Table

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
    first_read, first_written
        The planes of both tensors at which the job's own begin.
    flat
        Whether every element is computed by itself, so that rows are no rows of a map.
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
    first_read: int = 0
    first_written: int = 0
    flat: bool = False
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
    """The largest of windows of 2 or 3. Jobs of the TP cores.

    *begin* is the first row and column, minus the padding; outside is *source_zero_point*.
    """

    source: Tensor
    source_shape: MapShape
    source_zero_point: int
    destination: Tensor
    destination_shape: MapShape
    kernel: int
    stride: int
    begin: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """A function of every byte by itself. Jobs of the TP cores.

    *start* is where the first byte goes, in bytes behind the destination's first.
    """

    source: Tensor
    destination: Tensor
    table: Table
    start: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """The same values in another order: pixels of channels to planes, or back.

    *shape* is that of the planes.
    """

    source: Tensor
    destination: Tensor
    shape: MapShape
    zero_point: int
    inward: bool


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """A box of an image, written where steps say. Jobs of the TP cores.

    Parameters
    ----------
    image
        The planes that are read, from *skip* bytes behind the source's first on.
    begin
        First row and column of the box; outside of the image is *fill*.
    size
        Rows and columns of the box.
    start
        Where the first value goes, in bytes behind the destination's first.
    steps
        From one plane, row and column to the next in the destination.
    """

    source: Tensor
    image: MapShape
    destination: Tensor
    size: tuple[int, int]
    steps: tuple[int, int, int]
    begin: tuple[int, int] = (0, 0)
    skip: int = 0
    start: int = 0
    fill: int = 0


Layer = Convolve | Reshuffle | MaxPool | Lookup | Turn | Move
