# SPDX-License-Identifier: MIT
"""Tensors as images: planes of rows, one for each channel."""

from __future__ import annotations

from typing import NamedTuple

from npucore.tensor import Tensor


class MapShape(NamedTuple):
    """Rows, columns and channels of an image."""

    height: int
    width: int
    channels: int

    @property
    def pixels(self) -> int:
        """Positions in one plane."""
        return self.height * self.width

    @property
    def elements(self) -> int:
        """Values of all planes."""
        return self.pixels * self.channels

    @property
    def planar(self) -> bool:
        """Whether planes have the same bytes in the same order as pixels of channels."""
        return self.channels == 1 or self.pixels == 1

    def lies_as(self, other: MapShape) -> bool:
        """Whether both have the same values in the same order: rows and columns do not count."""
        if self.elements != other.elements:
            return False
        return self.channels == other.channels or (self.planar and other.planar)


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


def is_map(tensor: Tensor) -> bool:
    """Whether *tensor* is (1, H, W, C), which lies in memory as planes."""
    return len(tensor.shape) == 4 and map_shape(tensor) is not None


def stored_shape(tensor: Tensor) -> MapShape:
    """How *tensor* lies in memory: as planes if it is a map, else as it is, in a single plane."""
    return map_shape(tensor) or MapShape(1, tensor.elements, 1)


def same_order(first: Tensor, second: Tensor) -> bool:
    """Whether the elements of two tensors of one size lie in memory in the same order."""
    return stored_shape(first).lies_as(stored_shape(second))
