# SPDX-License-Identifier: MIT
"""A map seen through a grid, as `npucore.ops.GridSample` defines it."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from npucore.ops import GridSample
from npucore.ops.grid_sample import GridBorder, GridMode
from npucore.quantize import Float64s, Int64s, Rounding
from npucore.reference.kernel import FLOATS, Judge, Kernel, dtypes_refusal
from npucore.tensor import Array

JUDGE = Judge.ONNX
CUBIC = -0.75  # Keys' parameter; source: ONNX reference implementation of GridSample


def refuse(op: GridSample) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return dtypes_refusal(op, *FLOATS, tensors=(op.input, op.grid, op.output))


def prepare(op: GridSample, rounding: Rounding) -> Kernel:
    """Weighted neighbours along each axis, in float64."""
    sizes = op.input.shape[2:]

    def run(x: Array, grid: Array) -> Array:
        places = [
            _place(op, grid[..., -1 - axis].astype(np.float64), size)
            for axis, size in enumerate(sizes)
        ]
        taps = [_taps(op, place) for place in places]
        out = np.zeros(op.output.shape)
        batch = np.arange(len(x)).reshape(-1, *[1] * len(sizes))
        for chosen in itertools.product(*taps):
            weight, index, inside = np.ones(()), [], np.ones((), np.bool_)
            for (where, share), size in zip(chosen, sizes, strict=True):
                weight = weight * share
                if op.border is GridBorder.ZEROS:
                    inside = inside & (where >= 0) & (where < size)
                    where = np.clip(where, 0, size - 1)
                else:
                    where = _inside(op, where, size)
                index.append(where)
            places_of: Any = (batch, slice(None), *index)
            values = np.moveaxis(x[places_of], -1, 1)
            out += values * np.expand_dims(weight * inside, 1)
        return out.astype(op.output.dtype)

    return run


def _place(op: GridSample, grid: Float64s, size: int) -> Float64s:
    """-1 to 1 as a place in pixels; beyond the border where that says so."""
    place = (grid + 1) / 2 * (size - 1) if op.aligned else ((grid + 1) * size - 1) / 2
    if op.border is GridBorder.BORDER and op.mode is not GridMode.CUBIC:
        return np.clip(place, 0, size - 1)
    if op.border is GridBorder.REFLECTION and op.mode is not GridMode.CUBIC:
        return _reflected(op, place, size)
    return place


def _reflected(op: GridSample, place: Float64s, size: int) -> Float64s:
    low, high = (0.0, size - 1.0) if op.aligned else (-0.5, size - 0.5)
    span = high - low
    if span == 0:
        return np.zeros_like(place)
    turned = np.mod(place - low, 2 * span)
    return np.clip(low + np.minimum(turned, 2 * span - turned), 0, size - 1)


def _inside(op: GridSample, where: Int64s, size: int) -> Int64s:
    if op.border is GridBorder.BORDER:
        return np.clip(where, 0, size - 1)
    return np.rint(_reflected(op, where.astype(np.float64), size)).astype(np.int64)


def _taps(op: GridSample, place: Float64s) -> list[tuple[Int64s, Float64s]]:
    """(pixels, their shares) of every place."""
    if op.mode is GridMode.NEAREST:
        return [(np.rint(place).astype(np.int64), np.ones_like(place))]
    first = np.floor(place)
    rest, base = place - first, first.astype(np.int64)
    if op.mode is GridMode.LINEAR:
        return [(base, 1 - rest), (base + 1, rest)]
    return [(base + k, _cubic(np.abs(rest - k))) for k in range(-1, 3)]


def _cubic(distance: Float64s) -> Float64s:
    near = ((CUBIC + 2) * distance - (CUBIC + 3)) * distance**2 + 1
    far = ((distance - 5) * distance + 8) * distance - 4
    return np.where(distance <= 1, near, CUBIC * far)
