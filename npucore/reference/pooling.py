# SPDX-License-Identifier: MIT
"""Pooling, as `npucore.ops.Pooling` defines it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from npucore.ops import Pooling, PoolingType
from npucore.quantize import REAL_BOUNDS, Rounding, activation_bounds
from npucore.reference.kernel import Kernel, SingleKernel
from npucore.reference.unary import refuse_unary
from npucore.tensor import Array

_Overlap = tuple[slice, slice]  # of the output and of the input, along one axis


def refuse(op: Pooling) -> str | None:
    """Stored integers are pooled as they are, so both sides must have one quantization."""
    if reason := refuse_unary(op, op.input, op.output):
        return reason
    if op.input.dtype != np.float32 and not op.input.q.same_as(op.output.q):
        return "input and output differ in quantization"
    return None


def prepare(op: Pooling, rounding: Rounding) -> Kernel:
    """One strided addition or comparison for each position in the window."""
    if op.input.dtype == np.float32:
        bounds: tuple[float | None, float | None] = REAL_BOUNDS[op.activation]
    else:
        bounds = activation_bounds(op.activation, op.output)
    pool = _maximum(op) if op.type is PoolingType.MAX else _average(op, rounding)

    def run(x: Array) -> Array:
        pooled = pool(x)
        if bounds != (None, None):
            pooled = np.clip(pooled, *bounds)
        return pooled.astype(op.output.dtype, copy=False)

    return run


def _overlaps(op: Pooling, axis: int) -> list[_Overlap]:
    """For each offset in the window that meets the map: who reads whom along rows or columns."""
    size, out = op.input.shape[1 + axis], op.output.shape[1 + axis]
    before, step = op.padding[2 * axis], op.stride[axis]
    found = []
    for offset in range(max(0, before - (out - 1) * step), min(op.kernel[axis], size + before)):
        first = max(0, -((offset - before) // step))
        last = min(out - 1, (size - 1 + before - offset) // step)
        if first <= last:
            start = first * step + offset - before
            found.append(
                (
                    slice(first, last + 1),
                    slice(start, start + (last - first) * step + 1, step),
                )
            )
    return found


def _pairs(op: Pooling) -> Iterator[tuple[_Overlap, _Overlap]]:
    rows, columns = _overlaps(op, 0), _overlaps(op, 1)
    return ((row, column) for row in rows for column in columns)


def _maximum(op: Pooling) -> SingleKernel:
    overlaps = list(_pairs(op))
    lowest = -np.inf if op.input.dtype == np.float32 else np.iinfo(op.input.dtype).min

    def run(x: Array) -> Array:
        out = np.full(op.output.shape, lowest, x.dtype)
        for (to_y, from_y), (to_x, from_x) in overlaps:
            part = out[:, to_y, to_x]
            np.maximum(part, x[:, from_y, from_x], out=part)
        return out

    return run


def _average(op: Pooling, rounding: Rounding) -> SingleKernel:
    overlaps = list(_pairs(op))
    counts = np.zeros((*op.output.shape[1:3], 1), np.int64)
    for (to_y, _), (to_x, _) in overlaps:
        counts[to_y, to_x] += 1
    whole_map = op.output.shape[1:3] == (1, 1) and counts[0, 0, 0] == np.prod(op.input.shape[1:3])
    float_input = op.input.dtype == np.float32

    def total(x: Array) -> Array:
        kind = np.float32 if float_input else np.int64
        if whole_map:
            return np.asarray(x.sum((1, 2), dtype=kind, keepdims=True))
        out = np.zeros(op.output.shape, kind)
        for (to_y, from_y), (to_x, from_x) in overlaps:
            out[:, to_y, to_x] += x[:, from_y, from_x]
        return out

    def run(x: Array) -> Array:
        sums = total(x)
        if float_input:
            return sums / counts.astype(np.float32)
        if rounding is Rounding.EXACT:
            return np.rint(sums / counts)
        # Halves away from 0, by C's division. Source: TFLite reference AveragePool.
        rounded: Array = (np.abs(sums) + counts // 2) // counts * np.where(sums > 0, 1, -1)
        return rounded

    return run
