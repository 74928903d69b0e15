# SPDX-License-Identifier: MIT
"""Maximum pools -> descriptors of the TP cores.

VeriSilicon's compiler has them by twos, in one tile: so larger maps are pooled block by block, and
pools by ones are four by twos, each of every other row and column.
Source: its jobs for 2 x 2 and 3 x 3 by twos.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from npucore.family.code import Address
from npucore_vsim.chip import Chip
from npucore_vsim.emit.fields import Fields, Places, between, loops, shared, window
from npucore_vsim.job import Job
from npucore_vsim.lower.layer import MaxPool

BY_TWO = 3
CONSTANT, AS_THE_VENDOR = 0, 1  # outside of the image; what 1 means there is not known
TILE = 64, 32  # columns and rows of a tile, without what a window reaches into the next


class Block(NamedTuple):
    """Results of one job: where they begin in the output, how many, and how far apart."""

    row: int
    column: int
    rows: int
    columns: int
    step: int


def max_pool(layer: MaxPool, places: Places, chip: Chip) -> list[Job]:
    """The largest of every window."""
    source, target = places["in_image_base_address"], places["out_image_base_address"]
    width, plane = layer.destination_shape.width, layer.destination_shape.pixels
    jobs: list[Job] = []
    for block in _blocks(layer):
        start = Address(target.buffer, target.offset + block.row * width + block.column)
        jobs += shared(
            _pool(layer, block),
            layer.source_shape,
            layer.source_zero_point,
            between(source, start),
            plane,
            chip,
        )
    return jobs


def _blocks(layer: MaxPool) -> Iterator[Block]:
    """What one tile has room for, of every other row and column if the pool is by ones."""
    height, width, _ = layer.destination_shape
    rows, columns = TILE[1] // 2, (TILE[0] - (layer.kernel > 2)) // 2
    step = 2 if layer.stride == 1 else 1
    for y in range(step):
        for x in range(step):
            for row in range(y, height, rows * step):
                for column in range(x, width, columns * step):
                    yield Block(
                        row,
                        column,
                        min(rows, -(-(height - row) // step)),
                        min(columns, -(-(width - column) // step)),
                        step,
                    )


def _pool(layer: MaxPool, block: Block) -> Fields:
    """The fields of one block; loops 1 and 2 are as long as the tile."""
    size = layer.kernel
    begin = (
        layer.begin[0] + block.row * layer.stride,
        layer.begin[1] + block.column * layer.stride,
    )
    values = {
        f"alu_{way}_{name}": value
        for way in ("horz", "vert")
        for name, value in (
            ("processing", BY_TWO),
            ("proc_count", size - 1),
            ("proc_stride", int(size > 2)),
        )
    }
    extent = 2 * (block.rows - 1) + size, 2 * (block.columns - 1) + size
    inside = all(
        first >= 0 and first + n <= side
        for first, n, side in zip(begin, extent, layer.source_shape, strict=False)
    )
    values |= window(begin, extent[1], extent[0]) | _tile(size) | _loops(layer, block)
    return values | {"in_image_border_mode": AS_THE_VENDOR if inside else CONSTANT}


def _tile(size: int) -> Fields:
    beyond = size - 2
    columns, rows = TILE[0] - 2 * beyond, TILE[1]
    return {
        "in_tile_x_size": columns + beyond,
        "in_tile_y_size": rows + beyond,
        "in_tile_x_inc": columns,
        "in_tile_y_inc": rows,
        "alu_load_pwl_lut_global_mem": 1,
    }


def _loops(layer: MaxPool, block: Block) -> Fields:
    width, plane = layer.destination_shape.width, layer.destination_shape.pixels
    row = block.step * width
    columns = (TILE[0] - 2 * (layer.kernel - 2)) // 2
    values = loops((0, 1), (block.step, 0), (row, 0), (columns, 1), (TILE[1] // 2 * row, 1))
    return values | {"out_loop_1_reset": 1, "out_loop_2_reset": 1, "out_loop_6_inc": plane}
