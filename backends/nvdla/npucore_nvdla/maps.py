# SPDX-License-Identifier: MIT
"""Tensors as feature maps, and parts of maps: what the hardware reads and writes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from npucore.errors import UnsupportedError
from npucore.tensor import Tensor
from npucore_nvdla.chip import Chip


class MapShape(NamedTuple):
    """Rows, columns and channels."""

    rows: int
    columns: int
    channels: int

    @property
    def pixels(self) -> int:
        """Positions in one surface."""
        return self.rows * self.columns

    def lies_as(self, other: MapShape) -> bool:
        """Whether two maps have the same values at the same places: rows and columns do not count.

        A map is ``[surfaces][pixels][atom]``, and pixels are numbered row by row.
        """
        return (self.pixels, self.channels) == (other.pixels, other.channels)

    def surfaces(self, chip: Chip) -> int:
        """Groups of channels that lie side by side; the last one may not be full."""
        return -(-self.channels // chip.atom_bytes)

    def line_bytes(self, chip: Chip) -> int:
        """From row to row."""
        return self.columns * chip.atom_bytes

    def surface_bytes(self, chip: Chip) -> int:
        """From surface to surface."""
        return self.pixels * chip.atom_bytes

    def size_bytes(self, chip: Chip) -> int:
        """Of the whole map, the last surface's padding counted."""
        return self.surfaces(chip) * self.surface_bytes(chip)


def map_shape(tensor: Tensor) -> MapShape | None:
    """(N, H, W, C) as N * H rows; of anything else the last axis is channels, all others are rows.

    None for a scalar, and for a tensor without elements.
    """
    shape = tensor.shape
    if not shape or min(shape) == 0:
        return None
    if len(shape) == 4:
        return MapShape(shape[0] * shape[1], *shape[2:])
    return MapShape(math.prod(shape[:-1]), 1, shape[-1])


def shape_of(tensor: Tensor) -> MapShape:
    """The same, of a tensor that has to be a map. Raises `UnsupportedError`."""
    shape = map_shape(tensor)
    if shape is None:
        raise UnsupportedError(f"{tensor.name} of shape {tensor.shape} is no feature map")
    return shape


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A part of a map: *shape* pixels of channels, from *row*, *column* and *channel* on.

    Channels begin at whole atoms. *whole* is the map's own shape: a tensor may be seen in another
    shape in which it lies the same.
    """

    tensor: Tensor
    whole: MapShape
    shape: MapShape
    row: int = 0
    column: int = 0
    channel: int = 0

    def offset(self, chip: Chip) -> int:
        """Bytes from the beginning of the map."""
        return (
            self.channel // chip.atom_bytes * self.whole.surface_bytes(chip)
            + self.row * self.whole.line_bytes(chip)
            + self.column * chip.atom_bytes
        )

    def end(self, chip: Chip) -> int:
        """The offset behind its last byte."""
        surfaces = self.shape.surfaces(chip) - 1
        rows, columns = self.shape.rows - 1, self.shape.columns
        return (
            self.offset(chip)
            + surfaces * self.whole.surface_bytes(chip)
            + rows * self.whole.line_bytes(chip)
            + columns * chip.atom_bytes
        )

    def contiguous(self, chip: Chip) -> bool:
        """Whether its bytes lie together."""
        if self.shape.columns != self.whole.columns:
            return False
        return self.shape.rows == self.whole.rows or self.shape.surfaces(chip) == 1

    def rows(self, first: int, count: int) -> Region:
        """Some of its rows."""
        shape = MapShape(count, self.shape.columns, self.shape.channels)
        return Region(self.tensor, self.whole, shape, self.row + first, self.column, self.channel)

    def columns(self, first: int, count: int) -> Region:
        """Some of its columns."""
        shape = MapShape(self.shape.rows, count, self.shape.channels)
        return Region(self.tensor, self.whole, shape, self.row, self.column + first, self.channel)

    def channels(self, first: int, count: int) -> Region:
        """Some of its channels, from a whole atom on."""
        shape = MapShape(self.shape.rows, self.shape.columns, count)
        return Region(self.tensor, self.whole, shape, self.row, self.column, self.channel + first)


def region(tensor: Tensor, shape: MapShape | None = None) -> Region:
    """A whole map, perhaps seen in another *shape*. Raises `UnsupportedError`."""
    whole = shape_of(tensor) if shape is None else shape
    return Region(tensor, whole, whole)


def image(tensor: Tensor, number: int) -> Region:
    """One image of (N, H, W, C)."""
    rows = tensor.shape[1]
    return region(tensor).rows(number * rows, rows)
