# SPDX-License-Identifier: MIT
"""Whether the jobs of a stranger's file can run: judged before any device sees them.

`npucore_vsim.validate.extents` holds descriptors against their buffers; here coefficients are read
as a core reads them, and what they say is held against the same buffers: how long the streams are,
how many kernels they have, how far behind (never before) the output's address they write, and that
no sum leaves 32 bits. Nothing may be written over coefficients. What loads, runs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from npucore.errors import InvalidModelError
from npucore.family.code import ACTIVATIONS, CONSTANTS, Address, Compiled
from npucore.hw.memory import Memory, SimulationError
from npucore_vsim.chip import Chip
from npucore_vsim.job import Job
from npucore_vsim.registers import NNDescriptor, TPDescriptor
from npucore_vsim.sim import tp
from npucore_vsim.sim.nn import Cores, NNEngine, Writes

MOST_ELEMENTS = 1 << 26  # that a job may read or write: strides of 0 make many of few bytes
MOST_TILES = 1 << 18  # that a TP core may cut a window into
BASES = {CONSTANTS: 1 << 12, ACTIVATIONS: 1 << 31}
MESAS_DIALECT = True  # which is what `npucore_vsim.emit.commands` sets
DAMAGE = (ArithmeticError, LookupError, ValueError, TypeError, MemoryError)
ONLY_IN = {
    "kernel_address": CONSTANTS,
    "alu_load_pwl_lut_address": CONSTANTS,
    "out_image_address": ACTIVATIONS,
    "out_image_base_address": ACTIVATIONS,
}
"""Which buffer a field's address has to be in: constants are only read."""


def validate(compiled: Compiled[Chip, Job]) -> None:
    """Raise `InvalidModelError` for jobs that a device would stop at, or that reach too far."""
    chip, memory = compiled.chip, Memory()
    memory.map(BASES[ACTIVATIONS], np.zeros(max(compiled.activations_bytes, 1), np.uint8))
    if compiled.constants.size:
        memory.map(BASES[CONSTANTS], np.array(compiled.constants))
    engine = NNEngine(Cores(chip.generation, chip.cores), memory)
    for number, job in enumerate(compiled.jobs):
        with _named(number):
            _check_places(job)
            linked = job.linked(BASES)
            if isinstance(linked, NNDescriptor):
                _check_size(_touched(linked))
                writes = engine.writes(linked, MESAS_DIALECT)
                _check_writes(writes, job.addresses["out_image_address"], compiled)
            else:
                _check_tiles(linked)
                tp.run(linked, memory)


@contextmanager
def _named(number: int) -> Iterator[None]:
    try:
        yield
    except (SimulationError, *DAMAGE) as error:
        raise InvalidModelError(f"vsim: job {number}: {error}") from error


def _check_places(job: Job) -> None:
    for name, address in job.addresses.items():
        if address.buffer != ONLY_IN.get(name, address.buffer):
            raise ValueError(f"{name} is in {address.buffer}, wanted {ONLY_IN[name]}")


def _touched(job: NNDescriptor) -> int:
    """Elements of the largest array that the job is made of."""
    depth = job.out_image_z_size if job.depthwise else job.kernel_z_size
    rows, columns = job.out_image_y_size, job.out_image_x_size
    kernel = job.kernel_z_size * job.kernel_y_size * job.kernel_xy_size
    return max(
        depth * job.in_image_y_size * job.in_image_x_size,
        depth * (rows + job.kernel_y_size) * (columns + job.kernel_xy_size),
        job.out_image_z_size * rows * columns,
        job.out_image_z_size * kernel,
    )


def _check_size(elements: int) -> None:
    if elements > MOST_ELEMENTS:
        raise ValueError(f"arrays of {elements} elements, at most {MOST_ELEMENTS} are accepted")


def _check_tiles(job: TPDescriptor) -> None:
    rows = job.in_window_y_end - job.in_window_y_start + 1
    columns = job.in_window_x_end - job.in_window_x_start + 1
    depth = job.in_image_z_size
    _check_size(depth * max(rows * columns, job.in_image_y_size * job.in_image_x_size))
    down = -(-rows // max(job.in_tile_y_size, 1))
    across = -(-columns // max(job.in_tile_x_size, 1))
    if (tiles := math.prod((depth, down, across))) > MOST_TILES:
        raise ValueError(f"{tiles} tiles, at most {MOST_TILES} are accepted")


def _check_writes(writes: Writes, begin: Address, compiled: Compiled[Chip, Job]) -> None:
    low, end = begin.offset + writes.first, begin.offset + writes.end
    if low < begin.offset or end > compiled.activations_bytes:
        raise ValueError(
            f"its coefficients write bytes {low} to {end} of {compiled.activations_bytes}, "
            f"from {begin.offset} on"
        )
    if not writes.sums_fit:
        raise ValueError("its coefficients can add up to sums beyond 32 bits")
