# SPDX-License-Identifier: MIT
"""Resizing by linear interpolation, as `npucore.ops.ResizeBilinear` defines it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.ops import ResizeBilinear
from npucore.quantize import Int64s, Rounding
from npucore.reference.kernel import Kernel
from npucore.reference.unary import refuse_unary
from npucore.tensor import Array

UNIT = 1 << 10  # the distance of two pixels in fixed point


@dataclass(frozen=True, slots=True, eq=False)
class _Axis:
    """For every output row or column: the two neighbours and the weight of the second."""

    lower: Int64s
    upper: Int64s
    weight: Array


def refuse(op: ResizeBilinear) -> str | None:
    """Stored integers are interpolated as they are."""
    return refuse_unary(op, op.input, op.output)


def prepare(op: ResizeBilinear, rounding: Rounding) -> Kernel:
    """Rows first, then columns; TFLite's integers have 10-bit places and weights."""
    in_fixed_point = op.input.dtype != np.float32 and rounding is Rounding.TFLITE
    place = _fixed_axis if in_fixed_point else _real_axis
    rows, columns = (
        place(op.input.shape[1 + i], op.size[i], op.align_corners, op.half_pixel_centers)
        for i in range(2)
    )
    unit = UNIT if in_fixed_point else 1

    def run(x: Array) -> Array:
        wide = x if x.dtype == np.float32 else x.astype(rows.weight.dtype)
        down = rows.weight[:, None, None].astype(wide.dtype)
        across = columns.weight[:, None].astype(wide.dtype)
        mixed = wide[:, rows.lower] * (unit - down) + wide[:, rows.upper] * down
        mixed = mixed[:, :, columns.lower] * (unit - across) + mixed[:, :, columns.upper] * across
        if in_fixed_point:  # halves away from 0, by C's division
            half = UNIT * UNIT // 2
            mixed = np.where(mixed > 0, mixed + half >> 20, -(-mixed + half >> 20))
        elif op.output.dtype != np.float32:
            mixed = np.rint(mixed)
        return np.asarray(mixed, op.output.dtype)

    return run


def _fixed_axis(size: int, wanted: int, align_corners: bool, half_pixel: bool) -> _Axis:
    """Source: TFLite reference ResizeBilinearInteger, ComputeInterpolationValuesInteger."""
    if align_corners and wanted > 1:
        scale = (UNIT * (size - 1) + (wanted - 1) // 2) // (wanted - 1)
    else:
        scale = (UNIT * size + wanted // 2) // wanted
    place = np.arange(wanted, dtype=np.int64) * scale
    if half_pixel:
        place += scale // 2 - UNIT // 2
    lower = np.maximum(_towards_zero(place), 0)
    upper = np.minimum(_towards_zero(place + UNIT - 1), size - 1)
    return _Axis(lower, upper, place - UNIT * lower)


def _towards_zero(place: Int64s) -> Int64s:
    return np.where(place >= 0, place // UNIT, -(-place // UNIT))


def _real_axis(size: int, wanted: int, align_corners: bool, half_pixel: bool) -> _Axis:
    """Source: TFLite reference ResizeBilinear, ComputeInterpolationValues."""
    corners = align_corners and wanted > 1
    scale = np.float32(size - 1) / np.float32(wanted - 1) if corners else None
    if scale is None:
        scale = np.float32(size) / np.float32(wanted)
    place = np.arange(wanted, dtype=np.float32) * scale
    if half_pixel:
        place = (np.arange(wanted, dtype=np.float32) + np.float32(0.5)) * scale - np.float32(0.5)
    floor = np.floor(place)
    lower = np.maximum(floor.astype(np.int64), 0)
    upper = np.minimum(np.ceil(place).astype(np.int64), size - 1)
    return _Axis(lower, upper, place - lower.astype(np.float32))
