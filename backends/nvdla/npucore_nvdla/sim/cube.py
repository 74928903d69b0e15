# SPDX-License-Identifier: MIT
"""Maps in memory: ``[surfaces][rows][columns][atom]``, seen as pixels of channels.

Source: hardware reference 2.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.hw.memory import Cube, Memory, Port, SimulationError

LARGEST_MAP = 1 << 27  # elements; rows may lie over one another, so that memory bounds nothing


@dataclass(frozen=True, slots=True)
class Place:
    """A map: where it begins, bytes from row to row and from surface to surface."""

    port: Port
    address: int
    line_stride: int
    surface_stride: int


def pixels(
    memory: Memory, place: Place, shape: tuple[int, int, int], atom: int, dtype: str = "i1"
) -> Cube:
    """(H, W, C1, A): a map in place, whose *shape* is (rows, columns, surfaces)."""
    rows, columns, surfaces = shape
    if rows * columns * surfaces * atom > LARGEST_MAP:
        raise SimulationError(f"{place.port}: a map of {shape} is beyond what is simulated")
    size = np.dtype(dtype).itemsize
    for name, value in (("address", place.address), ("line stride", place.line_stride)):
        if value % (atom * size):
            raise SimulationError(f"{place.port}: {name} {value:#x}, wanted whole atoms")
    if place.surface_stride % (atom * size):
        raise SimulationError(f"{place.port}: surface stride {place.surface_stride:#x}, not whole")
    strides = (place.line_stride, atom * size, place.surface_stride, size)
    return memory.cube(place.port, place.address, (rows, columns, surfaces, atom), strides, dtype)
