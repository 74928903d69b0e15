# SPDX-License-Identifier: MIT
"""Tensors as feature maps: the only shape in which the NPU sees anything."""

from __future__ import annotations

from typing import NamedTuple

from npucore.tensor import Tensor
from npucore_rocket.layout import ATOM, ceil_to


class MapShape(NamedTuple):
    """Rows, columns and channels of a map."""

    height: int
    width: int
    channels: int

    @property
    def pixels(self) -> int:
        """Positions in one surface."""
        return self.height * self.width

    def bytes_for(self, channels: int) -> int:
        """Bytes of a cube of the map with that many channels, padded to whole atoms."""
        return ceil_to(channels, ATOM) * self.pixels


def map_shape(tensor: Tensor) -> MapShape | None:
    """(1, H, W, C) as it is, (1, C) as one pixel; None for anything else.

    A batch has to be 1: the chip has no such axis.
    """
    shape = tensor.shape
    if len(shape) == 4 and shape[0] == 1 and min(shape) > 0:
        return MapShape(*shape[1:])
    if len(shape) == 2 and shape[0] == 1 and shape[1] > 0:
        return MapShape(1, 1, shape[1])
    return None
