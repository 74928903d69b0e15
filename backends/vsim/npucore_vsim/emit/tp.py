# SPDX-License-Identifier: MIT
"""Transposes, reshuffles and maximum pools -> descriptors of the TP cores.

Source: vsim hardware reference 8: Mesa's jobs, and for the pools those of VeriSilicon's compiler.
"""

from __future__ import annotations

from npucore_vsim.chip import Chip
from npucore_vsim.job import Address, Job
from npucore_vsim.lower.layer import MaxPool, Pick, Reshuffle
from npucore_vsim.maps import MapShape
from npucore_vsim.registers import TPDescriptor

NO_BUFFER = (1 << 26) - 1  # the end of a circular buffer that is switched off
LARGEST_SIDE = (1 << 16) - 1
POOL_TILE = 64, 32  # columns and rows that the vendor's pools have in a tile
BY_ONE, BY_TWO = 1, 3
PER_TP_CORE = 4  # channels from which on a reshuffle is shared by the cores
Loop = tuple[int, int]  # increment and count


def to_planes(shape: MapShape, zero_point: int, source: Address, target: Address) -> Job:
    """Pixels of channels (NHWC) -> planes."""
    height, width, channels = shape
    values = _image(channels, width, height) | _whole_window(channels, width)
    values |= _tile(1, width) | _loops((1, width), (shape.pixels, channels), (width, height))
    return _job(values, zero_point, source, target)


def from_planes(shape: MapShape, zero_point: int, source: Address, target: Address) -> Job:
    """Planes -> pixels of channels."""
    height, width, channels = shape
    joined = height * channels <= LARGEST_SIDE
    rows, planes = (height * channels, 1) if joined else (height, channels)
    values = _image(width, rows, planes) | _whole_window(width, rows) | _tile(1, 1)
    values |= _loops(
        (channels, width), (0, 1), (width * channels, height), (1, channels), (shape.elements, 1)
    )
    return _job(values, zero_point, source, target)


def reshuffle(layer: Reshuffle, source: Address, target: Address, chip: Chip) -> list[Job]:
    """Planes -> four planes of each, by parts of the channels if there are many."""
    shape, out = layer.source_shape, layer.destination_shape
    top, left = layer.begin
    rows, columns = 2 * out.height, 2 * out.width
    window = {
        "in_window_x_start": left,
        "in_window_y_start": top,
        "in_window_x_end": left + columns - 1,
        "in_window_y_end": top + rows - 1,
        "alu_reorder_bits_used": (shape.width + 2 * -left).bit_length(),
        "out_loop_1_reset": 1,
        "out_loop_3_reset": 1,
    }
    plane = out.pixels
    loops = _loops((plane, 2), (1, out.width), (2 * plane, 2), (out.width, out.height))
    values = window | _tile(columns, rows) | loops | {"out_loop_6_inc": 4 * plane}
    return _parts(values, shape, layer.source_zero_point, (source, target), 4 * plane, chip)


def max_pool(layer: MaxPool, source: Address, target: Address, chip: Chip) -> list[Job]:
    """The largest of every window, in one tile."""
    shape, out = layer.source_shape, layer.destination_shape
    processing = BY_TWO if layer.stride == 2 else BY_ONE
    step = int((processing, layer.kernel) == (BY_TWO, 3))
    rows = (out.height - 1) * layer.stride + layer.kernel
    columns = (out.width - 1) * layer.stride + layer.kernel
    pool = {
        f"alu_{way}_{name}": value
        for way in ("horz", "vert")
        for name, value in (
            ("processing", processing),
            ("proc_count", layer.kernel - 1),
            ("proc_stride", step),
        )
    }
    resets = {"out_loop_1_reset": 1, "out_loop_2_reset": 1, "in_image_border_mode": 1}
    width, height = POOL_TILE
    loops = _loops((0, 1), (1, 0), (out.width, 0), (width // 2, 1), (height // 2 * out.width, 1))
    values = pool | resets | loops | {"out_loop_6_inc": out.pixels}
    values |= _whole_window(columns, rows) | _tile(width, height)
    return _parts(values, shape, layer.source_zero_point, (source, target), out.pixels, chip)


def _parts(
    values: dict[str, int],
    shape: MapShape,
    zero_point: int,
    places: tuple[Address, Address],
    out_step: int,
    chip: Chip,
) -> list[Job]:
    """One job, or one for each TP core; *out_step* bytes are written for each channel read."""
    source, target = places
    parts = chip.tp_cores if shape.channels >= PER_TP_CORE * chip.tp_cores else 1
    jobs, first = [], 0
    for part in range(parts):
        channels = shape.channels // parts + (part < shape.channels % parts)
        more = part < parts - 1
        jobs.append(
            _job(
                values | _image(shape.width, shape.height, channels) | {"no_flush": int(more)},
                zero_point,
                Address(source.buffer, source.offset + first * shape.pixels),
                Address(target.buffer, target.offset + first * out_step),
                more,
            )
        )
        first += channels
    return jobs


def _image(columns: int, rows: int, planes: int) -> dict[str, int]:
    return {
        "in_image_x_size": columns,
        "in_image_y_size": rows,
        "in_image_z_size": planes,
        "in_image_stride": columns,
        "in_image_slice": columns * rows,
    }


def _whole_window(columns: int, rows: int) -> dict[str, int]:
    return {"in_window_x_end": columns - 1, "in_window_y_end": rows - 1}


def _tile(columns: int, rows: int) -> dict[str, int]:
    return {
        "in_tile_x_size": columns,
        "in_tile_x_inc": columns,
        "in_tile_y_size": rows,
        "in_tile_y_inc": rows,
    }


def _loops(*loops: Loop) -> dict[str, int]:
    """The loops with a count, innermost first; those that are not given go round once."""
    full = [*loops, *[(0, 1)] * (6 - len(loops))]
    increments = {f"out_loop_{i}_inc": increment for i, (increment, _) in enumerate(full)}
    return increments | {f"out_loop_{i}_count": count for i, (_, count) in enumerate(full)}


def _job(
    values: dict[str, int],
    zero_point: int,
    source: Address,
    target: Address,
    more: bool = False,
) -> Job:
    fixed = {
        "in_image_global_mem": 1,
        "out_image_global_mem": 1,
        "alu_i2f_enable": 1,
        "alu_f2i_enable": 1,
        "last": 1,
        "flat_rounding_mode": 1,
        "integer_rounding_mode": 1,
        "in_image_circular_buf_end_address_plus_1": NO_BUFFER,
        "out_image_circular_buf_end_address_plus_1": NO_BUFFER,
        "in_zp": zero_point,
        "out_zp": zero_point,
    }
    addresses = {"in_image_base_address": source, "out_image_base_address": target}
    return Job(TPDescriptor(**fixed | values), addresses, more)


def pick(layer: Pick, source: Address, target: Address) -> Job:
    """Every n-th row of maps of one column, one map behind the other.

    They are read as images whose rows are n values, of which the window has the first.
    """
    rows, planes = layer.source_shape.height // layer.step, layer.source_shape.channels
    values = _image(layer.step, rows, planes) | _whole_window(1, rows) | _tile(1, rows)
    values |= _loops((1, rows)) | {"out_loop_6_inc": rows}
    return _job(values, layer.source_zero_point, source, target)
