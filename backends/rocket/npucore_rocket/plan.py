# SPDX-License-Identifier: MIT
"""Layers -> tasks: which rows go through the CBUF at a time, and what lies where in memory.

Arithmetic on shapes only. Source: rocket hardware reference 4.3, 5.5 (proven: equal to Mesa's
choices in all captured streams, but for those that tests/rocket names).
"""

from __future__ import annotations

from dataclasses import dataclass

from npucore.errors import UnsupportedError
from npucore_rocket.chip import Chip
from npucore_rocket.layout import ATOM, DEPTHWISE_GROUP, KERNEL_GROUP, ceil_to
from npucore_rocket.lower.layer import Layer

ENTRY_BYTES = 128
SPARE_WEIGHT_BANKS = 1  # Mesa adds one to the weights' need, for a reason that nobody knows
STREAMED_DATA_BANKS = 7  # Mesa's split where the weights do not fit: 7 for data, 5 for weights


def ceil_div(a: int, b: int) -> int:
    """``a / b``, rounded up."""
    return -(-a // b)


@dataclass(frozen=True, slots=True)
class Banks:
    """How the CBUF is divided, and whether the weights of the task before stay in it."""

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


def geometry(layer: Layer) -> Geometry:
    """Padded channels and byte counts. Source: rocket hardware reference 4.3, 4.5, 5.1."""
    _, width, real = layer.source_shape
    kh, kw = layer.kernel
    channels = ceil_to(real, ATOM)
    atoms = ceil_div(real, ATOM)
    rest = width if atoms % 8 == 3 else ceil_div(atoms % 8 * width, 8)
    kernels = 1 if layer.depthwise else ceil_to(layer.kernels, 2)
    written = ceil_to(layer.kernels, KERNEL_GROUP)
    if layer.depthwise:
        doubled = 2 * written if layer.kernels <= KERNEL_GROUP else written
        written = ceil_to(doubled, DEPTHWISE_GROUP)
    per_kernel = kh * kw * channels
    return Geometry(
        entries_per_line=atoms // 8 * width + rest,
        weight_bytes=per_kernel * kernels,
        weight_bytes_per_kernel=per_kernel,
        weight_kernels=kernels,
        channels=channels,
        written_channels=written,
    )


def plan_tasks(layer: Layer, chip: Chip) -> tuple[Task, ...]:
    """Cut a layer into rows so that every task's input and weights fit the CBUF.

    Raises `UnsupportedError` if not even the rows under one kernel fit.
    """
    sizes = geometry(layer)
    entries = chip.cbuf_bank_bytes // ENTRY_BYTES
    kernels = 1 if layer.depthwise else layer.kernels
    kh, kw = layer.kernel
    real_bytes = kh * kw * max(layer.source_shape.channels, 1) * kernels
    needed = ceil_div(ceil_div(real_bytes, ENTRY_BYTES), entries) + SPARE_WEIGHT_BANKS
    fits = needed + 1 < chip.cbuf_banks
    data = chip.cbuf_banks - needed if fits else STREAMED_DATA_BANKS
    height = layer.source_shape.height
    whole = ceil_div(sizes.entries_per_line * height, entries)
    if whole <= data:
        banks = Banks(whole, chip.cbuf_banks - whole)
        out = layer.destination_shape.height
        return (Task(0, out, 0, height, layer.padding[0], banks),)
    lines = entries * data // sizes.entries_per_line
    if lines < kh:
        raise UnsupportedError(
            f"{lines} of its rows fit into {data} banks of the CBUF, but its kernel has {kh}"
        )
    return tuple(_cut(layer, lines, Banks(data, chip.cbuf_banks - data), fits))


def _cut(layer: Layer, lines: int, banks: Banks, reuse: bool) -> list[Task]:
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
        kept = Banks(banks.data, banks.weights, reuse and bool(tasks))
        tasks.append(Task(first, rows, begin, end - begin, begin - start, kept))
        first += rows
    return tasks
