# SPDX-License-Identifier: MIT
"""Transposes, reshuffles and copies -> descriptors of the TP cores.

Source: vsim hardware reference 8: Mesa's jobs, and those of VeriSilicon's compiler for copies.
"""

from __future__ import annotations

from npucore.family.code import Address
from npucore_vsim.chip import Chip
from npucore_vsim.emit.fields import (
    Places,
    between,
    image,
    job,
    loops,
    shared,
    tile,
    whole_window,
    window,
)
from npucore_vsim.job import Job
from npucore_vsim.lower.layer import Move, Reshuffle, Turn
from npucore_vsim.maps import MapShape

LARGEST_SIDE = (1 << 15) - 1  # of a window, whose ends have a sign


def turn(layer: Turn, places: Places) -> Job:
    """Pixels of channels (NHWC) -> planes, or back."""
    order = to_planes if layer.inward else from_planes
    return order(layer.shape, layer.zero_point, places)


def to_planes(shape: MapShape, zero_point: int, places: Places) -> Job:
    """Pixels of channels (NHWC) -> planes."""
    height, width, channels = shape
    values = image(channels, width, height) | whole_window(channels, width) | tile(1, width)
    values |= loops((1, width), (shape.pixels, channels), (width, height))
    return job(values, zero_point, places)


def from_planes(shape: MapShape, zero_point: int, places: Places) -> Job:
    """Planes -> pixels of channels."""
    height, width, channels = shape
    joined = height * channels <= LARGEST_SIDE
    rows, planes = (height * channels, 1) if joined else (height, channels)
    values = image(width, rows, planes) | whole_window(width, rows) | tile(1, 1)
    values |= loops(
        (channels, width), (0, 1), (width * channels, height), (1, channels), (shape.elements, 1)
    )
    return job(values, zero_point, places)


def reshuffle(layer: Reshuffle, places: Places, chip: Chip) -> list[Job]:
    """Planes -> four planes of each, by parts of the channels if there are many."""
    shape, out = layer.source_shape, layer.destination_shape
    _, left = layer.begin
    rows, columns = 2 * out.height, 2 * out.width
    plane = out.pixels
    values = window(layer.begin, columns, rows) | tile(columns, rows)
    values |= loops((plane, 2), (1, out.width), (2 * plane, 2), (out.width, out.height))
    values |= {
        "alu_reorder_bits_used": (shape.width + 2 * -left).bit_length(),
        "out_loop_1_reset": 1,
        "out_loop_3_reset": 1,
        "out_loop_6_inc": 4 * plane,
    }
    return shared(values, shape, layer.source_zero_point, places, 4 * plane, chip)


def move(layer: Move, places: Places, chip: Chip) -> list[Job]:
    """A box of every plane -> where its steps say."""
    rows, columns = layer.size
    plane, row, column = layer.steps
    source, target = places["in_image_base_address"], places["out_image_base_address"]
    moved = between(
        Address(source.buffer, source.offset + layer.skip),
        Address(target.buffer, target.offset + layer.start),
    )
    values = window(layer.begin, columns, rows) | tile(columns, rows)
    values |= loops((0, 1), (column, columns), (row, rows)) | {"out_loop_6_inc": plane}
    return shared(values, layer.image, layer.fill, moved, plane, chip)
