# SPDX-License-Identifier: MIT
"""Another number of rows and columns, by linear interpolation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class ResizeBilinear(Op):
    """Every output pixel is interpolated between the four input pixels around its place.

    The place of output row ``y`` is ``y * H / OH``, ``(y + 0.5) * H / OH - 0.5`` with
    *half_pixel_centers*, or ``y * (H - 1) / (OH - 1)`` with *align_corners*.
    """

    name: ClassVar[str] = "resize_bilinear"

    input: Tensor  # (N, H, W, C)
    output: Tensor  # (N, OH, OW, C)
    size: tuple[int, int]  # (OH, OW)
    align_corners: bool = False
    half_pixel_centers: bool = False

    def infer_shape(self) -> Shape:
        """(N, OH, OW, C)."""
        n, h, w, c = self.rank(self.input, 4)
        self.require(min(h, w, *self.size) >= 1, f"a map of {h} x {w} to {self.size}")
        return n, *self.size, c
