# SPDX-License-Identifier: MIT
"""2-D pooling."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Activation, Op, Padding
from npucore.ops.window import window_rows_and_columns
from npucore.tensor import Shape, Tensor


class PoolingType(enum.StrEnum):
    """What a pool computes over its window."""

    AVERAGE = "average"
    MAX = "max"


@dataclass(frozen=True, eq=False, kw_only=True)
class Pooling(Op):
    """The mean or the maximum over a sliding window; padded positions do not count.

    Quantized input and output of a maximum share one quantization.
    """

    name: ClassVar[str] = "pooling"

    type: PoolingType
    input: Tensor  # (N, H, W, C)
    output: Tensor  # (N, OH, OW, C)
    kernel: tuple[int, int]  # (y, x)
    stride: tuple[int, int] = (1, 1)  # (y, x)
    padding: Padding = Padding()
    activation: Activation = Activation.NONE

    def infer_shape(self) -> Shape:
        """(N, OH, OW, C)."""
        n, h, w, c = self.rank(self.input, 4)
        rows, columns = window_rows_and_columns(
            self, (h, w), self.kernel, self.stride, (1, 1), self.padding
        )
        self.require(
            max(self.padding.top, self.padding.bottom) < self.kernel[0]
            and max(self.padding.left, self.padding.right) < self.kernel[1],
            f"padding {tuple(self.padding)} leaves a window of {self.kernel} nothing to read",
        )
        return n, rows, columns, c
