# SPDX-License-Identifier: MIT
"""Layers -> tasks: which rows go through the CBUF at a time, and what lies where in memory.

Arithmetic on shapes only. Source: rocket hardware reference 4.3, 5.5 (in Mesa's form equal to
Mesa's choices in all captured streams, but for those that tests/rocket names); facts of 2026-11,
A3, A4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from npucore.errors import UnsupportedError
from npucore_rocket.chip import Chip
from npucore_rocket.form import CAUTIOUS, Form
from npucore_rocket.layout import ceil_to
from npucore_rocket.lower.layer import Layer
from npucore_rocket.lower.pointwise import Pointwise
from npucore_rocket.lower.pool_task import PoolTask
from npucore_rocket.lower.requantization import Requantization, requantization
from npucore_rocket.maps import MapShape

ENTRY_ATOMS = 8  # of the CBUF: 128 bytes of atoms of 16
MOST_GRAINS = 1023
MOST_ENTRIES = 2047  # of four atoms, of a row before its last four
SPARE_WEIGHT_BANKS = 1  # Mesa adds one to the weights' need, for a reason that nobody knows
STREAMED_DATA_BANKS = 7  # Mesa's split where the weights do not fit: 7 for data, 5 for weights


def ceil_div(a: int, b: int) -> int:
    """``a / b``, rounded up."""
    return -(-a // b)


@dataclass(frozen=True, slots=True)
class Banks:
    """How the CBUF is divided, and whether weights stay in it from task to task."""

    data: int
    weights: int
    reuse: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """Some rows of a layer: one run of the hardware."""

    first_row: int  # of the output
    rows: int  # of the output
    input_row: int  # first one fetched
    input_rows: int
    padding_top: int
    banks: Banks


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """A layer's sizes as the registers want them."""

    entries_per_line: int  # of eight atoms, in the CBUF
    weight_bytes: int
    weight_bytes_per_kernel: int
    weight_kernels: int
    channels: int  # of the input, padded
    real_channels: int  # of the input, that the task is told of
    kernels: int  # output channels that the task computes, some of them perhaps of real 0
    written_channels: int  # of the output, padded
    spare_data_banks: int


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A layer, its sizes, the tasks that compute it, and the numbers of its outputs."""

    layer: Layer
    sizes: Geometry
    tasks: tuple[Task, ...]
    numbers: Requantization


Planned = Plan | Pointwise | PoolTask
"""Steps that become tasks."""


def planned(layer: Layer, chip: Chip, form: Form = CAUTIOUS) -> tuple[Plan, ...]:
    """The plan of a layer, or those of its turns, in order.

    Raises as `plan_tasks` and `requantization` do.
    """
    plans = []
    chip = chip.of(layer.element_bytes)
    for turn, own in turns(layer, chip, form):
        sizes = geometry(turn, chip, own)
        tasks = plan_tasks(turn, sizes, chip)
        plans.append(Plan(turn, sizes, tasks, requantization(turn)))
    return tuple(plans)


def together(
    source: MapShape, kernel: tuple[int, int], kernels: int, chip: Chip, reach: int | None = None
) -> bool:
    """Whether a group of kernels, or all if they are fewer, fit with the rows under them.

    A kernel spans *reach* rows, as many as it has if nothing is said.
    """
    least = min(ceil_to(kernels, 2), chip.kernel_group)
    each = ceil_to(source.channels, chip.channel_step) * chip.element_bytes
    group = math.prod(kernel) * each * least
    entry = ENTRY_ATOMS * chip.atom_bytes
    rows = entries_per_line(source, chip) * min(reach or kernel[0], source.height) * entry
    size = chip.cbuf_bank_bytes
    return ceil_div(group, size) + ceil_div(rows, size) <= chip.cbuf_banks


def ends_inside_a_group(layer: Layer, chip: Chip) -> bool:
    """Whether its kernels, or depthwise channels, fill no whole number of groups."""
    return layer.kernels % chip.group(layer.depthwise) > 0


def turns(layer: Layer, chip: Chip, form: Form = CAUTIOUS) -> tuple[tuple[Layer, Form], ...]:
    """The layer itself; or layers of half a group of kernels, where one and its rows do not fit.

    A layer of 16 kernels writes 32 channels, the last 16 of them padding, which the next turn
    writes over. So turns must run in order, and the map needs room for 16 channels more, and half a
    group is all that there is room for, whatever the *form*. With groups of 16 kernels it is 8.
    Depthwise channels go by as many as a task may have.
    Source: rocket hardware reference 5.11, 8.8.
    """
    if layer.depthwise:
        most = chip.limits.depthwise
        return tuple((_turn(layer, at, most), form) for at in range(0, layer.kernels, most))
    if together(layer.source_shape, layer.kernel, layer.kernels, chip, layer.reach[0]):
        return ((layer, form),)
    half = replace(form, whole_groups=False)
    step = chip.kernel_group // 2
    return tuple((_turn(layer, first, step), half) for first in range(0, layer.kernels, step))


def _turn(layer: Layer, first: int, count: int) -> Layer:
    if count >= layer.kernels:
        return layer
    mine = slice(first, first + count)
    source, start = layer.source_shape, layer.source_channel
    if layer.depthwise:
        source, start = source._replace(channels=len(layer.weights[mine])), start + first
    weights, zeros = layer.weights[mine], layer.weight_zero_points
    return replace(
        layer,
        source_shape=source,
        source_channel=start,
        weights=weights,
        bias=layer.bias[mine],
        scales=layer.scales[mine] if layer.per_channel else layer.scales,
        weight_zero_points=zeros if len(zeros) == 1 else zeros[mine],
        destination_shape=layer.destination_shape._replace(channels=len(weights)),
        first_channel=layer.first_channel + first,
    )


def geometry(layer: Layer, chip: Chip, form: Form = CAUTIOUS) -> Geometry:
    """Padded channels and byte counts. Source: rocket hardware reference 4.3, 4.5, 5.1.

    Raises `UnsupportedError` for rows of too many entries.
    """
    kh, kw = layer.kernel
    source, kernels = layer.source_shape, layer.kernels
    channels = ceil_to(source.channels, chip.channel_step)
    written = ceil_to(kernels, max(chip.group(layer.depthwise), chip.channel_step))
    if form.whole_groups:
        kernels = written
        channels = written if layer.depthwise else channels
    _check_entries(source.width, channels, chip)
    per_kernel = kh * kw * channels * chip.element_bytes
    packed = 1 if layer.depthwise else ceil_to(kernels, 2)
    whole = layer.depthwise and form.whole_groups
    return Geometry(
        entries_per_line=entries_per_line(source._replace(channels=channels), chip),
        weight_bytes=per_kernel * packed,
        weight_bytes_per_kernel=per_kernel,
        weight_kernels=packed,
        channels=channels,
        real_channels=channels if whole else source.channels,
        kernels=kernels,
        written_channels=written,
        spare_data_banks=int(form.spare_bank and source.width == 1),
    )


def _check_entries(width: int, channels: int, chip: Chip) -> None:
    """Source: facts of 2026-11, A4 (proven on the RK3588, at the limit, for five dtypes)."""
    last = 4 * chip.lanes
    entries = (ceil_div(channels, last) - 1) * width
    if entries > MOST_ENTRIES:
        raise UnsupportedError(
            f"rows of {width} pixels of {channels} channels take {entries} entries of the CBUF "
            f"before their last {last} channels, at most {MOST_ENTRIES}"
        )


def entries_per_line(source: MapShape, chip: Chip) -> int:
    """Entries of eight atoms that a line takes in the CBUF. Source: rocket hardware reference 4.3.

    Three atoms that are left over of four take four places, as DATA_ENTRIES has it; where seven are
    left of eight, that may be a bank more than Mesa counts.
    """
    width, atoms = source.width, ceil_div(source.channels, chip.lanes)
    rest = width if atoms % 4 == 3 else ceil_div(atoms % 8 * width, 8)
    return atoms // 8 * width + rest


def plan_tasks(layer: Layer, sizes: Geometry, chip: Chip) -> tuple[Task, ...]:
    """Cut a layer into rows so that every task's input and weights fit the CBUF.

    Raises `UnsupportedError` if not even the rows under one kernel fit, or one group of kernels.
    """
    height = layer.source_shape.height
    entries = chip.cbuf_bank_bytes // (ENTRY_ATOMS * chip.atom_bytes)
    whole = ceil_div(sizes.entries_per_line * height, entries) + sizes.spare_data_banks
    divisions = _divisions(layer, sizes, chip)
    most = _most_lines(layer)
    if whole <= divisions[0].data and height <= most:
        banks = Banks(whole, chip.cbuf_banks - whole)
        return (Task(0, layer.destination_shape.height, 0, height, layer.padding[0], banks),)
    for banks in divisions:
        lines = entries * (banks.data - sizes.spare_data_banks) // sizes.entries_per_line
        lines = min(lines, most)
        if lines >= _lines_under(layer):
            return tuple(_cut(layer, lines, banks))
    data = max(banks.data for banks in divisions)
    raise UnsupportedError(
        f"{entries * data // sizes.entries_per_line} of its rows fit into {data} of the CBUF's "
        f"{chip.cbuf_banks} banks, but its kernel has {_lines_under(layer)}"
    )


def _most_lines(layer: Layer) -> int:
    """Input rows of a task: of fp16 as many as are fetched ahead with those under a kernel.

    FEATURE_GRAINS has 10 bits. Source: rocket hardware reference 5.4.
    """
    return MOST_GRAINS - layer.reach[0] if layer.halves else layer.source_shape.height


def _lines_under(layer: Layer) -> int:
    """Input rows under a kernel, at most."""
    return -(-layer.reach[0] // layer.spread[0])


def _divisions(layer: Layer, sizes: Geometry, chip: Chip) -> list[Banks]:
    """Ways to divide the CBUF, best first; there is one at least.

    Weights that fit stay for the next task. Others are streamed by groups of kernels, of which one
    must fit: by Mesa's division if that will do, else by any. Source: rocket hardware reference
    4.3, 5.5; that all divisions work is shown by the vendor's streams.
    """
    size = chip.cbuf_bank_bytes
    kernels = 1 if layer.depthwise else sizes.kernels
    real = math.prod(layer.kernel) * sizes.real_channels * kernels * chip.element_bytes
    needed = max(ceil_div(real, size) + SPARE_WEIGHT_BANKS, ceil_div(sizes.weight_bytes, size))
    group = sizes.weight_bytes_per_kernel * min(sizes.weight_kernels, chip.kernel_group)
    least = ceil_div(group, size)
    kept = [Banks(chip.cbuf_banks - needed, needed, True)] if needed + 1 < chip.cbuf_banks else []
    mesas = min(STREAMED_DATA_BANKS, chip.cbuf_banks - 1)
    data = [mesas, *range(chip.cbuf_banks - 1, 0, -1)]
    streamed = [Banks(n, chip.cbuf_banks - n) for n in data if chip.cbuf_banks - n >= least]
    if not streamed:
        raise UnsupportedError(
            f"{min(sizes.weight_kernels, chip.kernel_group)} of its kernels have {group} bytes, "
            f"at most {chip.weight_bytes}"
        )
    return kept + streamed


def _cut(layer: Layer, lines: int, banks: Banks) -> list[Task]:
    """Tasks of at most *lines* input rows, from top to bottom.

    Rows are counted where the kernel goes: input rows are *spread* of them apart there, and the
    padding of a task is what lies before the first of its own.
    """
    reach, stride, spread = layer.reach[0], layer.stride[0], layer.spread[0]
    height, total = layer.source_shape.height, layer.destination_shape.height
    top = layer.padding[0]
    tasks: list[Task] = []
    first = 0
    while first < total:
        start = first * stride - top
        begin = max(ceil_div(start, spread), 0)
        end = min(begin + lines, height)
        rows = total - first
        if end < height:
            rows = (end * spread - start - reach) // stride + 1
        kept = Banks(banks.data, banks.weights, banks.reuse and bool(tasks))
        padding = begin * spread - start
        tasks.append(Task(first, rows, begin, end - begin, padding, kept))
        first += rows
    return tasks
