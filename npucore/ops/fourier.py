# SPDX-License-Identifier: MIT
"""The discrete Fourier transform of real maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Fourier(Op):
    """The transform over the last two axes, cut or filled with zeros to *size*; complex64.

    Of the last axis only the half that says it all is kept. Source: TFLite rfft2d.cc.
    """

    name: ClassVar[str] = "fourier"

    input: Tensor  # (..., H, W) float32
    output: Tensor  # (..., size[0], size[1] / 2 + 1) complex64
    size: tuple[int, int]

    def infer_shape(self) -> Shape:
        """(..., size[0], size[1] / 2 + 1)."""
        self.require(len(self.input.shape) >= 2 and min(self.size) >= 1, f"a size of {self.size}")
        return (*self.input.shape[:-2], self.size[0], self.size[1] // 2 + 1)
