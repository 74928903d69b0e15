# SPDX-License-Identifier: MIT
"""Averages over windows -> depthwise convolutions with equal weights."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from npucore.ops import Mean, Pooling
from npucore_rocket.chip import Chip
from npucore_rocket.layout import Int8s
from npucore_rocket.lower.activation import activated
from npucore_rocket.lower.elementwise import constant_cube
from npucore_rocket.lower.layer import INT8, Layer
from npucore_rocket.lower.pointwise import Function, Pointwise, Run, Stages, atoms_of
from npucore_rocket.lower.tap import ONE, depthwise
from npucore_rocket.maps import MapShape, scratch

Sizes = tuple[int, int]
Average = Mean | Pooling


def average(op: Average, shape: MapShape, kernel: Sizes, out: MapShape, stride: Sizes) -> Layer:
    """One layer. Source: rocket hardware reference 7.4: the vendor lowers average pools so."""
    taps = np.full((shape.channels, *kernel), ONE, np.int8)
    one = ONE * kernel[0] * kernel[1]
    layer = depthwise(op.input, shape, op.output, out, taps, one, stride=stride)
    return activated(layer, op)


def over_the_edge(op: Pooling, shape: MapShape, chip: Chip) -> Iterator[Layer | Pointwise]:
    """Windows of as many values each by a layer of their own, whose results are put together.

    Elsewhere a mask makes each the least number, of which the larger is taken.
    """
    out = MapShape(*op.output.shape[1:])
    rows, columns = counts(op, shape)
    taps = np.full((shape.channels, *op.kernel), ONE, np.int8)
    padding, atoms = (op.padding.top, op.padding.left), atoms_of(out, chip)
    found: Run | None = None
    pairs = list(itertools.product(np.unique(rows).tolist(), np.unique(columns).tolist()))
    for number, (high, wide) in enumerate(pairs, 1):
        last = number == len(pairs)
        name = f"{op.output.name}: windows of {high} x {wide}"
        part, masked = scratch(op.output, name), scratch(op.output, f"{name} alone")
        one = ONE * high * wide
        layer = depthwise(op.input, shape, part, out, taps, one, stride=op.stride, padding=padding)
        yield activated(layer, op)
        mask = constant_cube(_mask(rows == high, columns == wide, out), out, chip)
        kept = Run(op.output if last and found is None else masked)
        least = Stages(function=Function.MIN)
        yield Pointwise(Run(part), kept, atoms, least, operand=mask)
        if found is not None:
            sum_of = Run(op.output if last else scratch(op.output, f"{name} and those before"))
            largest = Stages(function=Function.MAX)
            yield Pointwise(found, sum_of, atoms, largest, operand=kept)
            kept = sum_of
        found = kept


def counts(op: Pooling, shape: MapShape) -> tuple[np.ndarray, np.ndarray]:
    """(OH,) and (OW,): how many rows and columns of the map each window has."""
    top, _, left, _ = op.padding
    down, right = op.stride
    rows = _counts(op.output.shape[1], op.kernel[0], down, top, shape.height)
    return rows, _counts(op.output.shape[2], op.kernel[1], right, left, shape.width)


def _counts(windows: int, taps: int, step: int, before: int, size: int) -> np.ndarray:
    first = np.arange(windows) * step - before
    return np.minimum(first + taps, size) - np.maximum(first, 0)


def _mask(rows: np.ndarray, columns: np.ndarray, out: MapShape) -> Int8s:
    inside = rows[:, None, None] & columns[None, :, None]
    mask: Int8s = np.where(inside, INT8.max, INT8.min).astype(np.int8)
    return np.broadcast_to(mask, out)


def whole(op: Average, shape: MapShape, chip: Chip) -> tuple[Layer, ...]:
    """The average of a map, in two layers where one kernel does not span it.

    The first one's windows lie side by side, the last of which hold real 0 beyond the map.
    """
    most = chip.limits.kernel
    sizes = shape[:2]
    first = tuple(1 if size <= most else -(-size // most) for size in sizes)
    if first == (1, 1):
        return (average(op, shape, sizes, MapShape(1, 1, shape.channels), (1, 1)),)
    rows, columns = (-(-size // step) for size, step in zip(sizes, first, strict=True))
    middle = MapShape(rows, columns, shape.channels)
    partial = scratch(op.input, f"{op.output.name}: averages of parts", middle)
    taps = np.full((shape.channels, *first), ONE, np.int8)
    one = ONE * first[0] * first[1]
    step = (first[0], first[1])
    parts = depthwise(op.input, shape, partial, middle, taps, one, stride=step)
    rest = np.full((shape.channels, rows, columns), ONE, np.int8)
    share = ONE * sizes[0] * sizes[1] / one * ONE
    together = depthwise(partial, middle, op.output, MapShape(1, 1, shape.channels), rest, 1)
    scale = together.scales / share
    return parts, activated(replace(together, scales=scale), op)
