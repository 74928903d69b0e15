# SPDX-License-Identifier: MIT
"""Pooling, as `npucore.ops.Pooling` defines it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from npucore.ops import Pooling, PoolingType
from npucore.quantize import REAL_BOUNDS, Rounding, activation_bounds, stored_range
from npucore.reference.kernel import STORED, Judge, Kernel, SingleKernel, dtypes_refusal
from npucore.reference.table import every_value
from npucore.reference.unary import refuse_unary
from npucore.tensor import Array

JUDGE = Judge.LITERT
MOST_PASSES = 1 << 16  # over the results, one for each element of a window
_Overlap = tuple[slice, slice]  # of the output and of the input, along one axis


def refuse(op: Pooling) -> str | None:
    """Of two quantizations only averages are taken, of integers without one only maxima."""
    if _compares_integers(op):
        return dtypes_refusal(op, *STORED, tensors=(op.input, op.output))
    if reason := refuse_unary(op, op.input, op.output, wide=True):
        return reason
    if op.type is PoolingType.MAX:
        if op.input.dtype.kind != "f" and not op.input.q.same_as(op.output.q):
            return "input and output differ in quantization"
        return None
    passes = len(_overlaps(op, 0)) * len(_overlaps(op, 1))
    if passes > MOST_PASSES and not _is_whole(op):
        return f"averages over {passes} elements one by one, at most {MOST_PASSES} are"
    return None


def _compares_integers(op: Pooling) -> bool:
    """Whether the values are integers that stand for nothing else."""
    plain = op.input.quantization is op.output.quantization is None
    return plain and op.input.dtype.kind in "iu" and op.type is PoolingType.MAX


def prepare(op: Pooling, rounding: Rounding) -> Kernel:
    """One strided addition or comparison for each position in the window."""
    if op.input.dtype.kind == "f" or _compares_integers(op):
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
    rows, columns = _overlaps(op, 0), _overlaps(op, 1)
    lowest = -np.inf if op.input.dtype.kind == "f" else np.iinfo(op.input.dtype).min

    def run(x: Array) -> Array:
        n, height, _, channels = op.input.shape
        across = np.full((n, height, op.output.shape[2], channels), lowest, x.dtype)
        for to_x, from_x in columns:
            part = across[:, :, to_x]
            np.maximum(part, x[:, :, from_x], out=part)
        out = np.full(op.output.shape, lowest, x.dtype)
        for to_y, from_y in rows:
            part = out[:, to_y]
            np.maximum(part, across[:, from_y], out=part)
        return out

    return run


def _counts(op: Pooling) -> Array:
    """How many values each window holds: (OH, OW, 1)."""
    sides = [np.zeros(size, np.int64) for size in op.output.shape[1:3]]
    for axis, side in enumerate(sides):
        for to, _ in _overlaps(op, axis):
            side[to] += 1
    return sides[0][:, None, None] * sides[1][:, None]


def _is_whole(op: Pooling) -> bool:
    """Whether the only window is the whole map."""
    area = op.input.shape[1] * op.input.shape[2]
    return op.output.shape[1:3] == (1, 1) and bool(_counts(op)[0, 0, 0] == area)


def _real_average(op: Pooling) -> SingleKernel:
    """Averages of real numbers in float32, in the order of the window; halves to even.

    Source: ONNX Runtime, QLinearAveragePool: 0 of 92,000 averages differ.
    """
    overlaps, counts = list(_pairs(op)), _counts(op).astype(np.float32)
    qi, qo = op.input.q, op.output.q
    table = (every_value(op.input.dtype) - int(qi.zero_point)).astype(np.float32) * qi.scale
    low, high = stored_range(op.output.dtype)

    def run(x: Array) -> Array:
        real = np.take(table, x.view(np.uint8))
        sums = np.zeros(op.output.shape, np.float32)
        for (to_y, from_y), (to_x, from_x) in overlaps:
            sums[:, to_y, to_x] += real[:, from_y, from_x]
        stored = np.rint(sums / counts / qo.scale + np.float32(qo.zero_point))
        clamped: Array = np.clip(stored, low, high)
        return clamped

    return run


def _average(op: Pooling, rounding: Rounding) -> SingleKernel:
    stored = op.input.dtype.kind != "f"
    if stored and (rounding is Rounding.EXACT or not op.input.q.same_as(op.output.q)):
        return _real_average(op)
    counts, whole_map = _counts(op), _is_whole(op)
    overlaps = [] if whole_map else list(_pairs(op))
    float_input = op.input.dtype.kind == "f"

    def total(x: Array) -> Array:
        kind = op.input.dtype if float_input else np.dtype(np.int64)
        if whole_map:
            return np.asarray(x.sum((1, 2), dtype=kind, keepdims=True))
        out = np.zeros(op.output.shape, kind)
        for (to_y, from_y), (to_x, from_x) in overlaps:
            out[:, to_y, to_x] += x[:, from_y, from_x]
        return out

    def run(x: Array) -> Array:
        sums = total(x)
        if float_input:
            mean: Array = sums / counts.astype(x.dtype)
            return mean
        # Halves away from 0, by C's division. Source: TFLite reference AveragePool.
        rounded: Array = (np.abs(sums) + counts // 2) // counts * np.where(sums > 0, 1, -1)
        return rounded

    return run
