# SPDX-License-Identifier: MIT
"""Channels to blocks of pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class DepthToSpace(Op):
    """``block * block`` channels become a block of pixels; the fastest channels stay channels."""

    name: ClassVar[str] = "depth_to_space"

    input: Tensor  # (N, H, W, block * block * C)
    output: Tensor  # (N, H * block, W * block, C)
    block: int

    def infer_shape(self) -> Shape:
        """(N, H * block, W * block, C / block / block)."""
        n, h, w, c = self.rank(self.input, 4)
        self.require(self.block >= 1 and c % (self.block**2) == 0, f"{c} channels, {self.block=}")
        return n, h * self.block, w * self.block, c // self.block**2
