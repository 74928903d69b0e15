# SPDX-License-Identifier: MIT
"""Resizing by the nearest pixel, as `npucore.ops.Resize` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Resize
from npucore.quantize import Rounding, round_half_away
from npucore.reference.kernel import Judge, Kernel, moved_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Resize) -> str | None:
    """Stored integers are moved as they are, so dtypes must agree."""
    return moved_refusal(op)


def _places(size: int, wanted: int, align_corners: bool, half_pixel: bool) -> Array:
    """Which input row each output row shows. Source: TFLite GetNearestNeighbor, in float32."""
    corners = align_corners and wanted > 1
    scale = np.float32(size - 1) / np.float32(wanted - 1) if corners else None
    if scale is None:
        scale = np.float32(size) / np.float32(wanted)
    offset = np.float32(0.5 if half_pixel else 0)
    place = (np.arange(wanted, dtype=np.float32) + offset) * scale
    nearest = round_half_away(place) if align_corners else np.floor(place)
    return np.clip(nearest.astype(np.int64), 0, size - 1)


def prepare(op: Resize, rounding: Rounding) -> Kernel:
    """A gather along rows, then along columns."""
    rows = _places(op.input.shape[1], op.size[0], op.align_corners, op.half_pixel_centers)
    columns = _places(op.input.shape[2], op.size[1], op.align_corners, op.half_pixel_centers)

    def run(x: Array) -> Array:
        return x[:, rows][:, :, columns]

    return run
