# SPDX-License-Identifier: MIT
"""Blocks of pixels to batch entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op, Padding
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class SpaceToBatch(Op):
    """Pad with real 0, then turn each ``by x bx`` block of pixels into that many batch entries."""

    name: ClassVar[str] = "space_to_batch"

    input: Tensor  # (N, H, W, C)
    output: Tensor  # (N * by * bx, OH, OW, C)
    block: tuple[int, int]  # (by, bx)
    padding: Padding = Padding()

    def infer_shape(self) -> Shape:
        """(N * by * bx, (H + top + bottom) / by, (W + left + right) / bx, C)."""
        n, h, w, c = self.rank(self.input, 4)
        self.require(min(*self.block, *(p + 1 for p in self.padding)) >= 1, "block below 1")
        rows = h + self.padding.top + self.padding.bottom
        columns = w + self.padding.left + self.padding.right
        self.require(
            rows % self.block[0] == columns % self.block[1] == 0,
            f"{rows} x {columns} does not divide into blocks of {self.block}",
        )
        by, bx = self.block
        return n * by * bx, rows // by, columns // bx, c
