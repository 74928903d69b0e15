# SPDX-License-Identifier: MIT
"""Layers -> tasks: which rows go through the CBUF at a time, and what lies where in memory.

Arithmetic on shapes only. Source: rocket hardware reference 4.3, 5.5 (proven: equal to Mesa's
choices in all captured streams, but for those that tests/rocket names).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from npucore.errors import UnsupportedError
from npucore_rocket.chip import Chip
from npucore_rocket.layout import ATOM, DEPTHWISE_GROUP, KERNEL_GROUP, ceil_to
from npucore_rocket.lower.layer import Layer
from npucore_rocket.maps import MapShape

ENTRY_BYTES = 128
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

    entries_per_line: int  # of 128 bytes, in the CBUF
    weight_bytes: int
    weight_bytes_per_kernel: int
    weight_kernels: int
    channels: int  # of the input, padded
    written_channels: int  # of the output, padded


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A layer, its sizes, and the tasks that compute it."""

    layer: Layer
    sizes: Geometry
    tasks: tuple[Task, ...]


def planned(layer: Layer, chip: Chip) -> tuple[Plan, ...]:
    """The plan of a layer, or those of its turns, in order. Raises as `plan_tasks` does."""
    plans = []
    for turn in turns(layer, chip):
        sizes = geometry(turn)
        plans.append(Plan(turn, sizes, plan_tasks(turn, sizes, chip)))
    return tuple(plans)


def together(source: MapShape, kernel: tuple[int, int], kernels: int, chip: Chip) -> bool:
    """Whether 32 kernels, or all if they are fewer, fit the CBUF with the rows under them."""
    least = min(ceil_to(kernels, 2), KERNEL_GROUP)
    group = math.prod(kernel) * ceil_to(source.channels, ATOM) * least
    rows = entries_per_line(source) * min(kernel[0], source.height) * ENTRY_BYTES
    size = chip.cbuf_bank_bytes
    return ceil_div(group, size) + ceil_div(rows, size) <= chip.cbuf_banks


def turns(layer: Layer, chip: Chip) -> tuple[Layer, ...]:
    """The layer itself; or layers of 16 kernels each, where 32 and their rows do not fit the CBUF.

    A layer of 16 kernels writes 32 channels, the last 16 of them padding, which the next turn
    writes over. So turns must run in order, and the map needs room for 16 channels more.
    Source: rocket hardware reference 5.11, 8.8.
    """
    if layer.depthwise or together(layer.source_shape, layer.kernel, layer.kernels, chip):
        return (layer,)
    return tuple(_turn(layer, first) for first in range(0, layer.kernels, ATOM))


def _turn(layer: Layer, first: int) -> Layer:
    mine = slice(first, first + ATOM)
    weights, limit = layer.weights[mine], layer.relu_limit
    scales = layer.scales[mine] if layer.per_channel else layer.scales
    if limit is not None:
        limit = round(limit * float(layer.scales.max() / scales.max()))
    return replace(
        layer,
        weights=weights,
        bias=layer.bias[mine],
        scales=scales,
        destination_shape=layer.destination_shape._replace(channels=len(weights)),
        first_channel=layer.first_channel + first,
        relu_limit=limit,
    )


def geometry(layer: Layer) -> Geometry:
    """Padded channels and byte counts. Source: rocket hardware reference 4.3, 4.5, 5.1."""
    kh, kw = layer.kernel
    channels = ceil_to(layer.source_shape.channels, ATOM)
    kernels = 1 if layer.depthwise else ceil_to(layer.kernels, 2)
    written = ceil_to(layer.kernels, KERNEL_GROUP)
    if layer.depthwise:
        doubled = 2 * written if layer.kernels <= KERNEL_GROUP else written
        written = ceil_to(doubled, DEPTHWISE_GROUP)
    per_kernel = kh * kw * channels
    return Geometry(
        entries_per_line=entries_per_line(layer.source_shape),
        weight_bytes=per_kernel * kernels,
        weight_bytes_per_kernel=per_kernel,
        weight_kernels=kernels,
        channels=channels,
        written_channels=written,
    )


def entries_per_line(source: MapShape) -> int:
    """Entries of 128 bytes that a line takes in the CBUF. Source: rocket hardware reference 4.3.

    Three atoms that are left over of four take four places, as DATA_ENTRIES has it; where seven are
    left of eight, that may be a bank more than Mesa counts.
    """
    width, atoms = source.width, ceil_div(source.channels, ATOM)
    rest = width if atoms % 4 == 3 else ceil_div(atoms % 8 * width, 8)
    return atoms // 8 * width + rest


def plan_tasks(layer: Layer, sizes: Geometry, chip: Chip) -> tuple[Task, ...]:
    """Cut a layer into rows so that every task's input and weights fit the CBUF.

    Raises `UnsupportedError` if not even the rows under one kernel fit, or one group of kernels.
    """
    height = layer.source_shape.height
    entries = chip.cbuf_bank_bytes // ENTRY_BYTES
    whole = ceil_div(sizes.entries_per_line * height, entries)
    divisions = _divisions(layer, sizes, chip)
    if whole <= divisions[0].data:
        banks = Banks(whole, chip.cbuf_banks - whole)
        return (Task(0, layer.destination_shape.height, 0, height, layer.padding[0], banks),)
    for banks in divisions:
        lines = entries * banks.data // sizes.entries_per_line
        if lines >= layer.kernel[0]:
            return tuple(_cut(layer, lines, banks))
    most = max(banks.data for banks in divisions)
    raise UnsupportedError(
        f"{entries * most // sizes.entries_per_line} of its rows fit into {most} of the CBUF's "
        f"{chip.cbuf_banks} banks, but its kernel has {layer.kernel[0]}"
    )


def _divisions(layer: Layer, sizes: Geometry, chip: Chip) -> list[Banks]:
    """Ways to divide the CBUF, best first; there is one at least.

    Weights that fit stay for the next task. Others are streamed by groups of kernels, of which one
    must fit: by Mesa's division if that will do, else by any. Source: rocket hardware reference
    4.3, 5.5; that all divisions work is shown by the vendor's streams.
    """
    size = chip.cbuf_bank_bytes
    kernels = 1 if layer.depthwise else layer.kernels
    real = math.prod(layer.kernel) * layer.source_shape.channels * kernels
    needed = max(ceil_div(real, size) + SPARE_WEIGHT_BANKS, ceil_div(sizes.weight_bytes, size))
    group = sizes.weight_bytes_per_kernel * min(sizes.weight_kernels, KERNEL_GROUP)
    least = ceil_div(group, size)
    kept = [Banks(chip.cbuf_banks - needed, needed, True)] if needed + 1 < chip.cbuf_banks else []
    data = [STREAMED_DATA_BANKS, *range(chip.cbuf_banks - 1, 0, -1)]
    streamed = [Banks(n, chip.cbuf_banks - n) for n in data if chip.cbuf_banks - n >= least]
    if not streamed:
        raise UnsupportedError(
            f"{min(sizes.weight_kernels, KERNEL_GROUP)} of its kernels have {group} bytes, "
            f"at most {chip.weight_bytes}"
        )
    return kept + streamed


def _cut(layer: Layer, lines: int, banks: Banks) -> list[Task]:
    """Tasks of at most *lines* input rows, from top to bottom."""
    kh, stride = layer.kernel[0], layer.stride[0]
    height, total = layer.source_shape.height, layer.destination_shape.height
    top = layer.padding[0]
    tasks: list[Task] = []
    first = 0
    while first < total:
        start = first * stride - top
        begin = max(start, 0)
        end = min(begin + lines, height)
        rows = total - first if end == height else (end - start - kh) // stride + 1
        kept = Banks(banks.data, banks.weights, banks.reuse and bool(tasks))
        tasks.append(Task(first, rows, begin, end - begin, begin - start, kept))
        first += rows
    return tasks
