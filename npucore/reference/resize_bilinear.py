# SPDX-License-Identifier: MIT
"""Resizing by linear interpolation, as `npucore.ops.ResizeBilinear` defines it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.ops import ResizeBilinear
from npucore.quantize import Int64s, Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.unary import refuse_unary
from npucore.tensor import Array

JUDGE = Judge.LITERT
UNIT = 1 << 10  # the distance of two pixels in fixed point


@dataclass(frozen=True, slots=True, eq=False)
class _Axis:
    """For every output row or column: the two neighbours and the weight of the second."""

    lower: Int64s
    upper: Int64s
    weight: Array


def refuse(op: ResizeBilinear) -> str | None:
    """Stored integers are interpolated as they are."""
    if op.align_corners and op.half_pixel_centers:
        return "aligned corners and half-pixel centers at once"
    return refuse_unary(op, op.input, op.output)


def prepare(op: ResizeBilinear, rounding: Rounding) -> Kernel:
    """TFLite interpolates int8 in fixed point, and uint8 in float32."""
    in_fixed_point = op.input.dtype == np.int8 and rounding is Rounding.TFLITE
    place = _fixed_axis if in_fixed_point else _real_axis
    rows, columns = (
        place(op.input.shape[1 + i], op.size[i], op.align_corners, op.half_pixel_centers)
        for i in range(2)
    )
    if in_fixed_point:
        return lambda x: _mixed_integers(x, rows, columns)
    if op.input.dtype != np.float32 and rounding is Rounding.EXACT:
        return lambda x: np.rint(_mixed(x, rows, columns)).astype(x.dtype)
    if op.input.dtype != np.float32:
        half = np.float32(0.5)
        return lambda x: np.trunc(_mixed(x, rows, columns) + half).astype(x.dtype)
    return lambda x: _mixed(x, rows, columns)


def _mixed(x: Array, rows: _Axis, columns: _Axis) -> Array:
    """Four products, added in the order of TFLite's reference ResizeBilinear; float32."""
    one = np.float32(1)
    down, across = rows.weight[:, None, None], columns.weight[:, None]
    above, below = x[:, rows.lower], x[:, rows.upper]
    mixed: Array = above[:, :, columns.lower] * (one - down) * (one - across)
    mixed += below[:, :, columns.lower] * down * (one - across)
    mixed += above[:, :, columns.upper] * (one - down) * across
    mixed += below[:, :, columns.upper] * down * across
    return mixed


def _mixed_integers(x: Array, rows: _Axis, columns: _Axis) -> Array:
    """Weights of 10 bits; halves away from 0, by C's division."""
    wide = x.astype(np.int64)
    down, across = rows.weight[:, None, None], columns.weight[:, None]
    mixed = wide[:, rows.lower] * (UNIT - down) + wide[:, rows.upper] * down
    mixed = mixed[:, :, columns.lower] * (UNIT - across) + mixed[:, :, columns.upper] * across
    half = UNIT * UNIT // 2
    rounded: Array = np.where(mixed > 0, mixed + half >> 20, -(-mixed + half >> 20))
    return rounded.astype(x.dtype)


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
