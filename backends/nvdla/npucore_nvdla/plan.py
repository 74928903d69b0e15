# SPDX-License-Identifier: MIT
"""Layers are cut to tasks: rows that overlap, groups of kernels, columns of pools.

What a convolution reads has to fit the banks of the convolution buffer at once.
Source: hardware reference 2.6.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from npucore.errors import UnsupportedError
from npucore_nvdla.chip import MOST_SIDE, Chip
from npucore_nvdla.lower.layer import (
    Compute,
    Convolve,
    Layer,
    PerElement,
    PerKernel,
    Points,
    Pool,
    Stage,
)
from npucore_nvdla.maps import Region

POOL_ATOMS, POOL_LINES = 512, 8
"""Results that PDP keeps while windows overlap, of at most so many rows. Source: a guess below the
C model's 1024 atoms (NV_NVDLA_pdp.h)."""


@dataclass(frozen=True, slots=True)
class Banks:
    """Banks of the convolution buffer that a task takes for its map and its weights."""

    data: int
    weights: int


def entries(columns: int, channels: int, chip: Chip) -> int:
    """Entries of the convolution buffer that a row takes.

    >>> from npucore_nvdla.chip import SMALL
    >>> entries(14, 50, SMALL)
    98
    """
    atoms = -(-channels // chip.atom_bytes)
    return -(-columns * atoms * chip.atom_bytes // chip.entry_bytes)


def banks(layer: Convolve, chip: Chip) -> Banks:
    """Of a layer that is not cut; one bank of weights more than they fill, as the maker's."""
    shape = layer.source.shape
    rows = shape.rows * entries(shape.columns, shape.channels, chip)
    weights = -(-layer.weights.size // chip.bank_bytes) + 1
    return Banks(-(-rows // chip.bank_entries), weights)


def plan(layer: Layer, chip: Chip) -> list[Layer]:
    """The layer in pieces, each a task. Raises `UnsupportedError` if not even the least fits."""
    if isinstance(layer, Convolve):
        return _convolve(layer, chip)
    if isinstance(layer, Pool):
        return list(_pool(layer))
    return list(_compute(layer))


def _convolve(layer: Convolve, chip: Chip) -> list[Layer]:
    """As few tasks as there may be; among these, the fewest that cut the kernels."""
    kernels, step = len(layer.weights), chip.atomic_k
    best: tuple[int, int, int] | None = None
    for count in [kernels, *range((kernels - 1) // step * step, 0, -step)]:
        rows = min(_rows(layer, count, chip), MOST_SIDE)
        if rows < 1:
            continue
        cuts = -(-kernels // count)
        tasks = cuts * -(-layer.destination.shape.rows // rows)
        if best is None or tasks < best[0]:
            best = tasks, count, rows
        if tasks == cuts:
            break  # fewer kernels at a time cannot make it fewer tasks
    if best is None:
        shape = layer.source.shape
        raise UnsupportedError(
            f"{layer.weights.shape[1]} rows of {shape.columns} x {shape.channels} and "
            f"{min(kernels, step)} kernels do not fit the {chip.banks} banks of {chip.name}"
        )
    return list(_cut(layer, best[1], best[2]))


def _rows(layer: Convolve, kernels: int, chip: Chip) -> int:
    """Rows of the result that fit beside so many kernels."""
    weights = -(-kernels * layer.weights[0].size // chip.bank_bytes) + 1
    shape = layer.source.shape
    free = max(chip.banks - weights, 0) * chip.bank_entries
    room = free // entries(shape.columns, shape.channels, chip)
    if room >= shape.rows <= MOST_SIDE:
        return layer.destination.shape.rows
    reach = (layer.weights.shape[1] - 1) * layer.dilation[0] + 1
    rows: int = (min(room, MOST_SIDE) - reach) // layer.stride[0] + 1
    return rows


def _cut(layer: Convolve, kernels: int, rows: int) -> Iterator[Layer]:
    for first in range(0, len(layer.weights), kernels):
        part = layer
        if kernels < len(layer.weights):
            weights = layer.weights[first : first + kernels]
            part = replace(
                layer,
                weights=weights,
                destination=layer.destination.channels(first, len(weights)),
                points=_kernels(layer.points, first, len(weights)),
            )
        total = layer.destination.shape.rows
        for row in range(0, total, rows):
            yield part if rows >= total else _tile(part, row, min(rows, total - row))


def _tile(layer: Convolve, first: int, rows: int) -> Convolve:
    """Windows that begin above the map find its border there, those that end below it too."""
    reach = (layer.weights.shape[1] - 1) * layer.dilation[0] + 1
    begin = first * layer.stride[0] - layer.padding[0]
    end = begin + (rows - 1) * layer.stride[0] + reach
    low, high = max(begin, 0), min(end, layer.source.shape.rows)
    return replace(
        layer,
        source=layer.source.rows(low, high - low),
        destination=layer.destination.rows(first, rows),
        padding=(low - begin, layer.padding[1]),
        points=_rows_of(layer.points, first, rows),
    )


def _compute(layer: Compute) -> Iterator[Layer]:
    total = layer.destination.shape.rows
    for first in range(0, total, MOST_SIDE):
        rows = min(MOST_SIDE, total - first)
        yield replace(
            layer,
            source=layer.source.rows(first, rows),
            destination=layer.destination.rows(first, rows),
            points=_rows_of(layer.points, first, rows),
        )


def _pool(layer: Pool) -> Iterator[Layer]:
    """Columns, as many as PDP keeps results of."""
    lines = 1
    while lines < -(-layer.kernel[0] // layer.stride[0]):
        lines *= 2
    width, step = layer.destination.shape.columns, POOL_ATOMS // min(lines, POOL_LINES)
    for first in range(0, width, step):
        count = min(step, width - first)
        begin = first * layer.stride[1] - layer.padding[1]
        end = begin + (count - 1) * layer.stride[1] + layer.kernel[1]
        low, high = max(begin, 0), min(end, layer.source.shape.columns)
        yield replace(
            layer,
            source=layer.source.columns(low, high - low),
            destination=layer.destination.columns(first, count),
            padding=(layer.padding[0], low - begin),
        )


def _kernels(points: Points, first: int, count: int) -> Points:
    """The points of some kernels."""

    def cut(side: object) -> object:
        if isinstance(side, PerKernel):
            return PerKernel(side.values[first : first + count])
        return side.channels(first, count) if isinstance(side, Region) else side

    return _each(points, cut)


def _rows_of(points: Points, first: int, count: int) -> Points:
    """The points of some rows."""

    def cut(side: object) -> object:
        if isinstance(side, PerElement):
            return PerElement(side.values[first : first + count])
        return side.rows(first, count) if isinstance(side, Region) else side

    whole = not any(
        isinstance(s, PerElement) for st in points.stages for s in (st.addend, st.factor)
    )
    return points if whole and not points.maps else _each(points, cut)


def _each(points: Points, cut: object) -> Points:
    assert callable(cut)

    def stage(one: Stage | None) -> Stage | None:
        return one and replace(one, addend=cut(one.addend), factor=cut(one.factor))

    return replace(points, first=stage(points.first), second=stage(points.second))
