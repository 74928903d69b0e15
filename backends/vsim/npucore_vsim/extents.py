# SPDX-License-Identifier: MIT
"""Which bytes a job reads and writes, from its descriptor.

Independent of the simulator. What coefficients say is not looked at: a V7 or V8 stream says itself
how long it is and where its kernels' planes go; on a board the MMU keeps a job inside its buffers.
Source: vsim hardware reference 5 and 8.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from npucore_vsim.chip import Chip, written_channels
from npucore_vsim.registers import NNDescriptor, TPDescriptor

FIRST_PIXEL, MAX_POOL = 3, 1
BY_TWO = 3
COUNTED_LOOPS = 6
TABLE_BYTES = 4096  # 1024 entries of a word


class Extent(NamedTuple):
    """Bytes from an address: *low* is 0 or less, *end* is behind the last one."""

    low: int
    end: int


ADDRESSES: Mapping[type[NNDescriptor | TPDescriptor], tuple[str, ...]] = {
    NNDescriptor: ("kernel_address", "in_image_address", "out_image_address"),
    TPDescriptor: (
        "in_image_base_address",
        "out_image_base_address",
        "in_tile_list_address",
        "alu_load_pwl_lut_address",
    ),
}
"""The fields that hold addresses of memory, as others hold addresses on the chip."""


def extents(job: NNDescriptor | TPDescriptor, chip: Chip) -> dict[str, Extent]:
    """By the names of the address fields. Raises `ValueError` for sizes that cannot be."""
    return _nn(job, chip) if isinstance(job, NNDescriptor) else _tp(job)


def _image(planes: int, rows: int, columns: int, plane: int, stride: int) -> Extent:
    if min(planes, rows, columns) < 1:
        raise ValueError(f"an image of {planes} planes of {rows} x {columns}")
    return Extent(0, (planes - 1) * plane + (rows - 1) * stride + columns)


def _nn(job: NNDescriptor, chip: Chip) -> dict[str, Extent]:
    step = 2 if job.pooling in (FIRST_PIXEL, MAX_POOL) else 1
    up = job.pooling == FIRST_PIXEL
    rows, columns = (
        -(-size // step) if up else size // step
        for size in (job.out_image_y_size, job.out_image_x_size)
    )
    depth = job.out_image_z_size if job.depthwise else job.kernel_z_size
    planes = job.out_image_z_size
    if chip.generation == 7 and planes:
        planes = written_channels(planes, chip.cores)  # perhaps; room is kept for all
    source, target = job.in_image_x_stride, job.out_image_x_stride
    return {
        "kernel_address": Extent(0, 1),
        "in_image_address": _image(
            depth,
            job.in_image_y_size,
            job.in_image_x_size,
            source * job.in_image_y_stride,
            source,
        ),
        "out_image_address": _image(planes, rows, columns, target * job.out_image_y_stride, target),
    }


def _tp(job: TPDescriptor) -> dict[str, Extent]:
    image = _image(
        job.in_image_z_size,
        job.in_image_y_size,
        job.in_image_x_size,
        job.in_image_slice,
        job.in_image_stride,
    )
    rows = _reduced(
        job.in_window_y_end - job.in_window_y_start + 1,
        job.alu_vert_processing,
        job.alu_vert_proc_count,
    )
    columns = _reduced(
        job.in_window_x_end - job.in_window_x_start + 1,
        job.alu_horz_processing,
        job.alu_horz_proc_count,
    )
    table = {"alu_load_pwl_lut_address": Extent(0, TABLE_BYTES)} if job.alu_load_pwl_lut else {}
    return {
        "in_image_base_address": image,
        "out_image_base_address": _written(job, rows, columns),
        **table,
    }


def _reduced(size: int, processing: int, count: int) -> int:
    """Results in one direction of a window of *size*."""
    if processing:
        size = (size - count - 1) // (2 if processing == BY_TWO else 1) + 1
    if size < 1:
        raise ValueError("a window of no pixels")
    return size


def _written(job: TPDescriptor, rows: int, columns: int) -> Extent:
    counts = [getattr(job, f"out_loop_{i}_count") for i in range(COUNTED_LOOPS)]
    counts[1], counts[2] = counts[1] or columns, counts[2] or rows  # as many as there are
    if not all(counts):
        raise ValueError("a loop of no rounds")
    values = job.in_image_z_size * rows * columns
    rounds = [*counts, -(-values // math.prod(counts))]
    increments = [getattr(job, f"out_loop_{i}_inc") for i in range(COUNTED_LOOPS + 1)]
    steps = [(n - 1) * each for n, each in zip(rounds, increments, strict=True)]
    return Extent(sum(min(step, 0) for step in steps), sum(max(step, 0) for step in steps) + 1)
