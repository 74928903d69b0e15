# SPDX-License-Identifier: MIT
"""Layers are cut to tasks whose operands fit into the chip's buffer: arithmetic, no registers."""

from __future__ import annotations

from dataclasses import dataclass

from npucore.errors import UnsupportedError
from npucore_tinyacc.chip import MOST_SIDE, Chip
from npucore_tinyacc.layout import packed_bytes
from npucore_tinyacc.lower.layer import Add, Convolve, Layer


@dataclass(frozen=True, slots=True)
class Tile:
    """Rows that a task writes, and those that it reads, from the first one of an image on.

    *top* are the rows of real 0 above them. In an addition a row is an element.
    """

    image: int
    first: int
    rows: int
    source_first: int
    source_rows: int
    top: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A layer and its tasks."""

    layer: Layer
    tiles: tuple[Tile, ...]


def planned(layer: Layer, chip: Chip) -> Plan:
    """As few tasks as the buffer allows. Raises `UnsupportedError` if not even a row fits."""
    tiles = _elements(layer, chip) if isinstance(layer, Add) else _rows(layer, chip)
    return Plan(layer, tuple(tiles))


def _elements(layer: Add, chip: Chip) -> list[Tile]:
    """Both operands at once."""
    total, step = layer.source.elements, min(chip.buffer_bytes // 2, MOST_SIDE)
    return [
        Tile(0, first, min(step, total - first), first, min(step, total - first))
        for first in range(0, total, step)
    ]


def _rows(layer: Convolve, chip: Chip) -> list[Tile]:
    """All weights, and the rows of the map that the windows of some rows see."""
    outputs, kernel_rows = layer.weights.shape[:2]
    weights = packed_bytes(outputs, layer.weights[0].size)
    room = (chip.buffer_bytes - weights) // layer.source_shape.row_bytes
    step = (room - kernel_rows) // layer.window.row_step + 1
    if step < 1:
        needed = weights + kernel_rows * layer.source_shape.row_bytes
        raise UnsupportedError(
            f"weights and one window's rows take {needed} bytes, but the buffer of {chip.name} "
            f"has {chip.buffer_bytes}"
        )
    return [
        _tile(layer, image, first, min(step, layer.shape.rows - first))
        for image in range(layer.shape.images)
        for first in range(0, layer.shape.rows, step)
    ]


def _tile(layer: Convolve, image: int, first: int, rows: int) -> Tile:
    """Windows that begin above the map find rows of real 0 there, those that end below it too."""
    window, kernel_rows = layer.window, layer.weights.shape[1]
    begin = first * window.row_step - window.top
    end = begin + (rows - 1) * window.row_step + kernel_rows
    seen = max(begin, 0), min(end, layer.source_shape.rows)
    return Tile(image, first, rows, seen[0], seen[1] - seen[0], seen[0] - begin)
