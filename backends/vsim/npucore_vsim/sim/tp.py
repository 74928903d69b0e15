# SPDX-License-Identifier: MIT
"""A TP core: a window of an image read tile by tile, and written by seven nested loops.

Simulated: copies in any order (transpose, reshuffle, pad, slice, concat), max pooling of 2x2 and
3x3 by twos, look-up tables and requantisation. Other reductions are refused.
Source: vsim hardware reference 8.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Memory, Port, SimulationError
from npucore_vsim.registers import TPDescriptor
from npucore_vsim.sim.tp_alu import computed

IMAGE = Port("TP", "in_image_base_address")
RESULT = Port("TP", "out_image_base_address")
LOOPS = 6  # with a count; the seventh goes on
BY_TWO = 3  # how windows of a maximum follow each other
POOLS = ((BY_TWO, 1, 0), (BY_TWO, 2, 1))  # processing, count, stride: 2 x 2 and 3 x 3
CONSTANT = 0  # what is outside of the image, in_image_border_mode
Bytes = npt.NDArray[np.uint8]

REFUSED = (
    "in_tile_sequence",
    "alu_square_enable",
    "alu_nms_enable",
    "alu_mult_enable",
    "out_tile_skip_at_border",
    "out_brick_mode",
    "alu_z_filter_mode",
    "in_window_z_start_overfetch",
    "in_window_z_end_overfetch",
    "in_image_data_type",
    "out_image_data_type",
    "alu_relu_enable",
    "alu_input_preshift",
)


def run(job: TPDescriptor, memory: Memory) -> None:
    """One job. Raises `SimulationError`."""
    for name in REFUSED:
        if found := getattr(job, name):
            raise SimulationError(f"TP {name} is {found}, but only 0 is simulated")
    values = computed(job, _pooled(job, _window(job, memory)), memory)
    tiles = _in_order(values, *_out_tile(job, values.shape))
    counts = _counts(job, values)
    increments = [getattr(job, f"out_loop_{i}_inc") for i in range(LOOPS + 1)]
    target = memory.cube(
        RESULT, job.out_image_base_address, counts[::-1], increments[::-1], np.uint8
    )
    target[...] = tiles.reshape(counts[::-1])


def _window(job: TPDescriptor, memory: Memory) -> Bytes:
    """(Z, rows, columns) of the window; the zero point outside of the image."""
    shape = (job.in_image_z_size, job.in_image_y_size, job.in_image_x_size)
    strides = (job.in_image_slice, job.in_image_stride, 1)
    image = memory.cube(IMAGE, job.in_image_base_address, shape, strides, np.uint8)
    top, left = job.in_window_y_start, job.in_window_x_start
    rows, columns = job.in_window_y_end - top + 1, job.in_window_x_end - left + 1
    if rows < 1 or columns < 1:
        raise SimulationError(f"TP: a window of {rows} x {columns}")
    if top >= 0 and left >= 0 and top + rows <= shape[1] and left + columns <= shape[2]:
        inside = image[:, top : top + rows, left : left + columns]
        return inside.view(np.uint8)
    if job.in_image_border_mode != CONSTANT:
        raise SimulationError(f"TP in_image_border_mode is {job.in_image_border_mode}, wanted 0")
    seen = np.full((shape[0], rows, columns), job.in_zp, np.uint8)
    y, x = max(top, 0), max(left, 0)
    below, right = min(top + rows, shape[1]), min(left + columns, shape[2])
    if below > y and right > x:
        seen[:, y - top : below - top, x - left : right - left] = image[:, y:below, x:right]
    return seen


def _pooled(job: TPDescriptor, values: Bytes) -> Bytes:
    """The largest of every window; *values* as they are without pooling."""
    horizontal = job.alu_horz_processing, job.alu_horz_proc_count, job.alu_horz_proc_stride
    vertical = job.alu_vert_processing, job.alu_vert_proc_count, job.alu_vert_proc_stride
    if horizontal != vertical:
        raise SimulationError(f"TP reduces by {horizontal} across and {vertical} down")
    if horizontal == (0, 0, 0):
        return values
    if horizontal not in POOLS:
        raise SimulationError(f"TP reduces by {horizontal}, wanted one of {POOLS}")
    if values.shape[1] > job.in_tile_y_size or values.shape[2] > job.in_tile_x_size:
        raise SimulationError("TP: a maximum over more than one tile is not simulated")
    size = job.alu_horz_proc_count + 1
    windows = np.lib.stride_tricks.sliding_window_view(values, (size, size), axis=(1, 2))
    largest: Bytes = windows[:, ::2, ::2].max(axis=(3, 4))
    return largest


def _out_tile(job: TPDescriptor, shape: tuple[int, ...]) -> tuple[int, int]:
    """Rows and columns of a tile; where it is larger than the window, the window."""
    rows, columns = min(job.in_tile_y_size, shape[1]), min(job.in_tile_x_size, shape[2])
    if not rows or not columns:
        raise SimulationError("TP: tiles of no pixels")
    return rows, columns


def _in_order(values: Bytes, rows: int, columns: int) -> Bytes:
    """(N,) tile by tile, row by row in each."""
    depth, height, width = values.shape
    if height % rows == 0 and width % columns == 0:
        tiles = values.reshape(depth, height // rows, rows, width // columns, columns)
        return np.ascontiguousarray(tiles.transpose(0, 1, 3, 2, 4)).reshape(-1)
    parts = [
        values[z, y : y + rows, x : x + columns].reshape(-1)
        for z in range(depth)
        for y in range(0, height, rows)
        for x in range(0, width, columns)
    ]
    return np.concatenate(parts)


def _counts(job: TPDescriptor, values: Bytes) -> list[int]:
    """How often each loop goes round, the seventh too.

    A count of 0 is as many as the tile has columns (loop 1) or rows (loop 2), where those loops
    begin anew with every tile: so the vendor writes it.
    """
    counts = [getattr(job, f"out_loop_{i}_count") for i in range(LOOPS)]
    extents = {1: values.shape[2], 2: values.shape[1]}
    for loop, extent in extents.items():
        if not counts[loop] and getattr(job, f"out_loop_{loop}_reset"):
            if values.shape[1:] != _out_tile(job, values.shape):
                raise SimulationError(f"TP: loop {loop} without a count over several tiles")
            counts[loop] = extent
    product = math.prod(counts)
    if not product or values.size % product:
        raise SimulationError(f"TP: loops of {counts} over {values.size} values")
    return [*counts, values.size // product]
