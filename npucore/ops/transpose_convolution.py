# SPDX-License-Identifier: MIT
"""Transposed 2-D convolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Activation, Op, Padding
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class TransposeConvolution(Op):
    """Spread every input pixel over a kernel's footprint and add up.

    ``acc[n, y*sy+i-top, x*sx+j-left, o] += (input[n,y,x,c] - zi) * (weights[o,i,j,c] - zw)``,
    then ``+ bias[o]``, requantized to *output* and clamped. *padding* is what is cut off the full
    result of ``(H - 1) * sy + KH`` rows; a negative number adds rows of bias alone.

    Source: TFLite reference_ops TransposeConv.
    """

    name: ClassVar[str] = "transpose_convolution"

    input: Tensor  # (N, H, W, C)
    weights: Tensor  # (O, KH, KW, C), per tensor or per channel along axis 0
    bias: Tensor | None = None  # (O,) int32
    output: Tensor  # (N, OH, OW, O)
    stride: tuple[int, int] = (1, 1)  # (y, x)
    padding: Padding = Padding()
    activation: Activation = Activation.NONE

    @property
    def kernel(self) -> tuple[int, int]:
        """Rows and columns of the kernel."""
        return self.weights.shape[1], self.weights.shape[2]

    def infer_shape(self) -> Shape:
        """(N, OH, OW, O)."""
        n, h, w, c = self.rank(self.input, 4)
        o, kh, kw, i = self.rank(self.weights, 4)
        self.require(i == c, f"weights for {i} channels over {c} input channels")
        self.require(min(h, w, kh, kw, *self.stride) >= 1, "map, kernel or stride below 1")
        if self.bias is not None:
            self.require(self.bias.shape == (o,), f"a bias of {self.bias.shape} for {o} outputs")
        top, bottom, left, right = self.padding
        rows = (h - 1) * self.stride[0] + kh - top - bottom
        columns = (w - 1) * self.stride[1] + kw - left - right
        self.require(rows >= 1 and columns >= 1, f"a result of {rows} x {columns}")
        return n, rows, columns, o
