# SPDX-License-Identifier: MIT
"""The two kinds of layer that ops become. Maps lie as rows of pixels of channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from npucore.tensor import Tensor

Int8s = npt.NDArray[np.int8]
Int32s = npt.NDArray[np.int32]


class MapShape(NamedTuple):
    """Of a map, which may be any tensor of as many elements."""

    images: int
    rows: int
    columns: int
    channels: int

    @property
    def row_bytes(self) -> int:
        """Bytes from row to row."""
        return self.columns * self.channels


class Window(NamedTuple):
    """Steps, and rows and columns of real 0 in front."""

    row_step: int = 1
    column_step: int = 1
    top: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Convolve:
    """A window over a map, every sum times *factor*; weights (O, KH, KW, I), bias (O,)."""

    source: Tensor
    destination: Tensor
    source_shape: MapShape
    shape: MapShape
    window: Window
    weights: Int8s
    bias: Int32s
    factor: float
    clamp: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Add:
    """``source * factor + second * second_factor + constant``, of stored integers."""

    source: Tensor
    second: Tensor
    destination: Tensor
    factor: float
    second_factor: float
    constant: float
    clamp: tuple[int, int]


Layer = Convolve | Add
