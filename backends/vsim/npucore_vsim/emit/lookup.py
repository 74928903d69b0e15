# SPDX-License-Identifier: MIT
"""Look-ups -> descriptors of the TP cores.

Where bytes lie does not matter to a function of each, so all of them are planes of one tile: the
form that VeriSilicon's compiler gives its activations.
"""

from __future__ import annotations

from collections.abc import Iterator

from npucore.family.code import Address
from npucore_vsim.chip import Chip
from npucore_vsim.emit.fields import Fields, Places, between, loops, shared, whole_window
from npucore_vsim.job import Job
from npucore_vsim.lower.layer import Lookup
from npucore_vsim.maps import MapShape

TABLE_ADDRESS = "alu_load_pwl_lut_address"
TILE = 64, 16  # columns and rows


def lookup(layer: Lookup, places: Places, chip: Chip) -> list[Job]:
    """Whole tiles, then rows of what is left, then the rest of a row."""
    source, target = places["in_image_base_address"], places["out_image_base_address"]
    jobs: list[Job] = []
    for first, shape in _images(layer.source.elements):
        moved = between(
            Address(source.buffer, source.offset + first),
            Address(target.buffer, target.offset + layer.start + first),
        )
        values = _function(layer) | _one_tile(shape)
        zero = layer.table.in_zero
        jobs += shared(values, shape, zero, {**places, **moved}, shape.pixels, chip)
    return jobs


def _images(elements: int) -> Iterator[tuple[int, MapShape]]:
    """The first element of each image, and its shape."""
    columns, rows = TILE
    tiles, rest = divmod(elements, columns * rows)
    lines, rest = divmod(rest, columns)
    if tiles:
        yield 0, MapShape(rows, columns, tiles)
    if lines:
        yield tiles * columns * rows, MapShape(lines, columns, 1)
    if rest:
        yield elements - rest, MapShape(1, rest, 1)


def _function(layer: Lookup) -> Fields:
    return {
        "alu_pwl_enable": 1,
        "alu_load_pwl_lut": 1,
        "alu_load_pwl_lut_global_mem": 1,
        "alu_pwl_sign_support": int(layer.table.signed),
        "out_zp": layer.table.out_zero,
    }


def _one_tile(shape: MapShape) -> Fields:
    columns, rows = TILE
    values = whole_window(shape.width, shape.height)
    values |= loops((0, 1), (1, 0), (shape.width, 0), (columns, 1), (rows * shape.width, 1))
    return values | {
        "in_tile_x_size": columns,
        "in_tile_y_size": rows,
        "in_tile_x_inc": columns,
        "in_tile_y_inc": rows,
        "out_loop_1_reset": 1,
        "out_loop_2_reset": 1,
        "out_loop_6_inc": shape.pixels,
    }
