# SPDX-License-Identifier: MIT
"""Tensors as feature maps: the only shape in which the NPU sees anything."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from npucore.errors import UnsupportedError
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.layout import ceil_to

BYTE, HALF = 1, 2


class MapShape(NamedTuple):
    """Rows, columns and channels of a map."""

    height: int
    width: int
    channels: int

    @property
    def pixels(self) -> int:
        """Positions in one surface."""
        return self.height * self.width

    def lies_as(self, other: MapShape) -> bool:
        """Whether two maps have the same values at the same places: rows and columns do not count.

        A cube is ``[channels / A][pixels][A]``, and pixels are numbered row by row.
        """
        return (self.pixels, self.channels) == (other.pixels, other.channels)

    def bytes_for(self, channels: int, chip: Chip) -> int:
        """Bytes of a cube of the map with that many channels, padded to whole atoms.

        Of fp16 to whole steps of a task's channels: what is read beyond the map has to be a number.
        """
        step = chip.lanes if chip.element_bytes == BYTE else chip.channel_step
        return ceil_to(channels, step) * chip.element_bytes * self.pixels


def map_shape(tensor: Tensor) -> MapShape | None:
    """(1, H, W, C) as it is; of anything else the last axis is channels, all before it are rows.

    None for a scalar, and for a tensor without elements.
    """
    shape = tensor.shape
    if not shape or min(shape) == 0:
        return None
    if len(shape) == 4 and shape[0] == 1:
        return MapShape(*shape[1:])
    return MapShape(math.prod(shape[:-1]), 1, shape[-1])


def map_bytes(tensor: Tensor, chip: Chip, channels: int | None = None) -> int:
    """Bytes of the first *channels* of a map, or all, the last atom's padding counted.

    Raises
    ------
    UnsupportedError
        If the tensor is no map.
    """
    shape = map_shape(tensor)
    if shape is None:
        raise UnsupportedError(f"{tensor.name} of shape {tensor.shape} is no feature map")
    chip = chip.of(element_bytes(tensor))
    return shape.bytes_for(shape.channels if channels is None else channels, chip)


def cube_of(tensor: Tensor, chip: Chip) -> tuple[tuple[int, ...], np.dtype[np.number]]:
    """(C1, H, W, channels of an atom) of a map in memory, and its dtype.

    Raises `UnsupportedError` if the tensor is no map.
    """
    chip, size = chip.of(element_bytes(tensor)), map_bytes(tensor, chip)
    shape = map_shape(tensor)
    assert shape is not None  # or it has no bytes
    half = chip.element_bytes == HALF
    dtype: np.dtype[np.number] = np.dtype(np.float16) if half else np.dtype(np.int8)
    surfaces = size // (shape.pixels * chip.atom_bytes)
    return (surfaces, shape.height, shape.width, chip.lanes), dtype


def element_bytes(tensor: Tensor) -> int:
    """Of a number of *tensor* in the NPU's memory: real numbers are fp16 there."""
    return HALF if tensor.dtype.kind == "f" else BYTE


def scratch(like: Tensor, name: str, shape: MapShape | None = None) -> Tensor:
    """A map that an op needs on its way, with the numbers of *like*: one map of *shape*."""
    return replace(like, name=name, shape=like.shape if shape is None else (1, *shape), data=None)
