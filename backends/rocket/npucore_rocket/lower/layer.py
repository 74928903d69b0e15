# SPDX-License-Identifier: MIT
"""What one run of the convolution engine computes, in the chip's own terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from npucore.quantize import Float64s, Int64s
from npucore.tensor import Array, Tensor
from npucore_rocket.layout import Int16s
from npucore_rocket.maps import MapShape
from npucore_rocket.matrices import Matrices

INT8 = np.iinfo(np.int8)
SYMMETRIC: Int64s = np.zeros(1, np.int64)  # the zero point of weights that have none
Float32s = npt.NDArray[np.float32]
Numbers = npt.NDArray[Any]
"""int8 weights and int64 biases; fp16 and float32 ones of layers that compute with fp16."""
INT32_MOST = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True, eq=False)
class Addend:
    """A second map that is added to the accumulator before it is requantized.

    *scale* is in accumulator units per LSB of the addend.
    """

    tensor: Tensor
    zero_point: int  # as the chip sees it
    scale: float


@dataclass(frozen=True, slots=True)
class Band:
    """Whole rows of a larger map, whose surfaces have *pixels*: from pixel *first* on."""

    first: int
    pixels: int


@dataclass(frozen=True, slots=True, eq=False)
class SecondOperand:
    """Weights that are computed: matrix *number* of a tensor that the host lays out as *form*."""

    tensor: Tensor
    form: Matrices
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """``destination = requantize(convolve(source) + bias [+ addend])``.

    Parameters
    ----------
    weights
        (O, KH, KW, C) int8 as the chip sees them, or fp16; (C, KH, KW) if *depthwise*.
    weight_zero_points
        (1,), or (O,) where *scales* are, too: of the weights, as the chip sees them.
    bias
        (O,) int64 in int32's range, corrected for the input's zero point; float32 of fp16 layers.
    scales
        Output LSB per unit of the accumulator: (1,), or (O,) with one for each channel.
    padding
        (top, left); what is missing below and on the right follows from the output's size.
    relu, relu_top
        Whether outputs below real 0 become 0, and how far above, in LSB, they are cut. Of fp16 an
        LSB is 1.
    source_channel, first_channel
        Where in the source its channels begin, and in the destination its kernels: at atoms.
    dilation
        (y, x) the distance of two of a kernel's taps.
    spread
        (y, x) the distance at which input pixels are laid out before the kernel goes over them:
        above 1 in transposed convolutions. Between them, as around them, is *border*.
    table
        (2, 513) the look-up table of what follows, see `npucore_rocket.lower.table`; the scales are
        those of the source's own results.
    source_band, destination_band
        Where the shapes are those of some rows alone, and the tensors have others.
    border
        The stored number around the map, as the chip sees it; None for the source's zero point.
    second
        Where the weights come from if they are computed; *weights* are zeros of their shape then.
    """

    source: Tensor
    source_shape: MapShape
    source_zero_point: int
    destination: Tensor
    destination_shape: MapShape
    destination_zero_point: int
    weights: Numbers
    weight_zero_points: Int64s
    bias: Numbers
    scales: Float64s
    stride: tuple[int, int]  # (y, x)
    padding: tuple[int, int]  # (top, left)
    depthwise: bool = False
    addend: Addend | None = None
    relu: bool = False
    relu_top: float | None = None
    source_channel: int = 0
    first_channel: int = 0
    dilation: tuple[int, int] = (1, 1)
    spread: tuple[int, int] = (1, 1)
    border: int | None = None
    table: Int16s | None = None
    source_band: Band | None = None
    destination_band: Band | None = None
    second: SecondOperand | None = None

    @property
    def maps(self) -> tuple[tuple[Tensor, MapShape], ...]:
        """Every tensor that it reads or writes as a whole, and the map that it takes it for."""
        ends = (
            (self.source, self.source_shape, self.source_band),
            (self.destination, self.destination_shape, self.destination_band),
        )
        whole = tuple((tensor, shape) for tensor, shape, band in ends if band is None)
        if self.addend is None:
            return whole
        return (*whole, (self.addend.tensor, self.destination_shape))

    @property
    def source_pixels(self) -> int:
        """From a surface of the source to the next."""
        return self.source_shape.pixels if self.source_band is None else self.source_band.pixels

    @property
    def destination_pixels(self) -> int:
        """From a surface of the destination to the next."""
        band = self.destination_band
        return self.destination_shape.pixels if band is None else band.pixels

    @property
    def kernel(self) -> tuple[int, int]:
        """Rows and columns of the kernel."""
        return self.weights.shape[1], self.weights.shape[2]

    @property
    def reach(self) -> tuple[int, int]:
        """Rows and columns that the kernel spans."""
        (kh, kw), (down, right) = self.kernel, self.dilation
        return (kh - 1) * down + 1, (kw - 1) * right + 1

    @property
    def element_bytes(self) -> int:
        """Of a number of its maps and weights."""
        return self.weights.itemsize

    @property
    def halves(self) -> bool:
        """Whether it computes with fp16."""
        return self.weights.dtype == np.float16

    @property
    def padding_value(self) -> int:
        """The stored value around the map, as the chip sees it."""
        return self.source_zero_point if self.border is None else self.border

    @property
    def per_channel(self) -> bool:
        """Whether every output channel has a scale of its own."""
        return len(self.scales) > 1

    @property
    def kernels(self) -> int:
        """Output channels."""
        return self.destination_shape.channels


def sums(layer: Layer) -> tuple[Int64s, Int64s]:
    """(O,) the least and the most that the accumulator can be with its bias, for any input.

    From the weights' signs and the range of int8; no input can bring more.
    """
    flat: Array = layer.weights.reshape(len(layer.weights), -1)
    if layer.weight_zero_points.any():
        flat = flat.astype(np.int16) - layer.weight_zero_points[:, None].astype(np.int16)
    positive = np.add.reduce(np.maximum(flat, 0), axis=1, dtype=np.int32).astype(np.int64)
    negative = np.add.reduce(flat, axis=1, dtype=np.int32) - positive
    least: Int64s = layer.bias + positive * INT8.min + negative * INT8.max
    most: Int64s = layer.bias + positive * INT8.max + negative * INT8.min
    return least, most
