# SPDX-License-Identifier: MIT
"""Resize."""

from __future__ import annotations

from typing import Any

from npucore.ops import Resize, ResizeBilinear
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def resize(op: Resize, values: Values) -> None:
    """The nearest: below the place, or around it where pixels have centres or corners meet."""
    nearest = "round_prefer_ceil" if op.align_corners or op.half_pixel_centers else "floor"
    operands = [values.stored(op.input, front=True), "", "", _sizes(op, values)]
    how = {"mode": "nearest", "nearest_mode": nearest, **_place(op)}
    values.move(op.output, "Resize", operands, front=True, **how)


def resize_bilinear(op: ResizeBilinear, values: Values) -> None:
    """Interpolated between four."""
    operands = [values.real(op.input, front=True), "", "", _sizes(op, values)]
    values.put(op.output, "Resize", operands, front=True, mode="linear", **_place(op))


def _sizes(op: Resize | ResizeBilinear, values: Values) -> str:
    n, _, _, c = op.input.shape
    return values.nodes.numbers((n, c, *op.size))


def _place(op: Resize | ResizeBilinear) -> dict[str, Any]:
    place = "half_pixel" if op.half_pixel_centers else "asymmetric"
    return {"coordinate_transformation_mode": "align_corners" if op.align_corners else place}


FORMS: Forms = {"resize": resize, "resize_bilinear": resize_bilinear}
