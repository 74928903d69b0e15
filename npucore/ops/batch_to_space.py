# SPDX-License-Identifier: MIT
"""Batch entries to blocks of pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op, Padding
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class BatchToSpace(Op):
    """Undo `SpaceToBatch`: batch entries become ``by x bx`` blocks, then *crop* is cut off."""

    name: ClassVar[str] = "batch_to_space"

    input: Tensor  # (N * by * bx, H, W, C)
    output: Tensor  # (N, H * by - top - bottom, W * bx - left - right, C)
    block: tuple[int, int]  # (by, bx)
    crop: Padding = Padding()

    def infer_shape(self) -> Shape:
        """(N, H * by - top - bottom, W * bx - left - right, C)."""
        n, h, w, c = self.rank(self.input, 4)
        by, bx = self.block
        self.require(min(by, bx, *(p + 1 for p in self.crop)) >= 1, "block or crop below limits")
        self.require(n % (by * bx) == 0, f"a batch of {n} in blocks of {self.block}")
        rows = h * by - self.crop.top - self.crop.bottom
        columns = w * bx - self.crop.left - self.crop.right
        self.require(min(rows, columns) >= 0, f"crop {tuple(self.crop)} leaves nothing")
        return n // (by * bx), rows, columns, c
