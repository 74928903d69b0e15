# SPDX-License-Identifier: MIT
"""What jobs of the TP cores have in common. Source: vsim hardware reference 8."""

from __future__ import annotations

from collections.abc import Mapping

from npucore.family.code import Address
from npucore_vsim.chip import Chip
from npucore_vsim.job import Job
from npucore_vsim.maps import MapShape
from npucore_vsim.registers import TPDescriptor

NO_BUFFER = (1 << 26) - 1  # the end of a circular buffer that is switched off
PER_TP_CORE = 4  # channels from which on a job is shared by the cores
Fields = dict[str, int]
Loop = tuple[int, int]  # increment and count
Places = Mapping[str, Address]


def between(source: Address, target: Address) -> dict[str, Address]:
    """Where a job reads and where it writes."""
    return {"in_image_base_address": source, "out_image_base_address": target}


def shared(
    values: Fields, shape: MapShape, zero_point: int, places: Places, out_step: int, chip: Chip
) -> list[Job]:
    """One job, or one for each TP core; *out_step* bytes are written for each channel read."""
    count = chip.tp_cores if shape.channels >= PER_TP_CORE * chip.tp_cores else 1
    jobs, first = [], 0
    for part in range(count):
        channels = shape.channels // count + (part < shape.channels % count)
        more = part < count - 1
        source, target = places["in_image_base_address"], places["out_image_base_address"]
        moved = between(
            Address(source.buffer, source.offset + first * shape.pixels),
            Address(target.buffer, target.offset + first * out_step),
        )
        fields = values | image(shape.width, shape.height, channels) | {"no_flush": int(more)}
        jobs.append(job(fields, zero_point, {**places, **moved}, more))
        first += channels
    return jobs


def image(columns: int, rows: int, planes: int) -> Fields:
    """What is read, plane by plane."""
    return {
        "in_image_x_size": columns,
        "in_image_y_size": rows,
        "in_image_z_size": planes,
        "in_image_stride": columns,
        "in_image_slice": columns * rows,
    }


def whole_window(columns: int, rows: int) -> Fields:
    """All of a plane."""
    return window((0, 0), columns, rows)


def window(begin: tuple[int, int], columns: int, rows: int) -> Fields:
    """A part of every plane, from row and column *begin* on."""
    top, left = begin
    return {
        "in_window_x_start": left,
        "in_window_y_start": top,
        "in_window_x_end": left + columns - 1,
        "in_window_y_end": top + rows - 1,
    }


def tile(columns: int, rows: int) -> Fields:
    """What is read row by row before the next tile."""
    return {
        "in_tile_x_size": columns,
        "in_tile_x_inc": columns,
        "in_tile_y_size": rows,
        "in_tile_y_inc": rows,
    }


def loops(*given: Loop) -> Fields:
    """The loops with a count, innermost first; those that are not given go round once."""
    full = [*given, *[(0, 1)] * (6 - len(given))]
    increments = {f"out_loop_{i}_inc": increment for i, (increment, _) in enumerate(full)}
    return increments | {f"out_loop_{i}_count": count for i, (_, count) in enumerate(full)}


def job(values: Fields, zero_point: int, places: Places, more: bool = False) -> Job:
    """A descriptor that keeps values as they are but for what *values* say."""
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
    return Job(TPDescriptor(**fixed | values), places, more)
