# SPDX-License-Identifier: MIT
"""2-D convolution: ordinary, grouped and depthwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Activation, Op, Padding
from npucore.ops.window import window_rows_and_columns
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Convolution(Op):
    """Cross-correlate an NHWC feature map with OHWI weights.

    ``acc[n,y,x,o] = bias[o] + sum(i,j,c) (input[n, y*sy+i*dy-top, x*sx+j*dx-left, g*I+c] - zi)
    * (weights[o,i,j,c] - zw)`` in int32, then requantized to *output* and clamped; ``g`` is the
    group of output channel ``o``, ``I`` the input channels of a group. Padded positions read as
    ``zi`` (real 0). Depthwise is ``groups == C``: output channel ``c * multiplier + k`` reads
    input channel ``c``.

    An int32 output without a quantization holds the accumulators themselves.

    Source: TFLite quantization spec, CONV_2D and DEPTHWISE_CONV_2D.
    """

    name: ClassVar[str] = "convolution"

    input: Tensor  # (N, H, W, C)
    weights: Tensor  # (O, KH, KW, C / groups), per tensor or per channel along axis 0
    bias: Tensor | None = None  # (O,) int32, scale = input.scale * weights.scale
    output: Tensor  # (N, OH, OW, O)
    stride: tuple[int, int] = (1, 1)  # (y, x)
    dilation: tuple[int, int] = (1, 1)  # (y, x)
    padding: Padding = Padding()
    groups: int = 1
    activation: Activation = Activation.NONE

    @property
    def kernel(self) -> tuple[int, int]:
        """Rows and columns of the kernel."""
        return self.weights.shape[1], self.weights.shape[2]

    @property
    def depthwise(self) -> bool:
        """Whether every group has a single input channel, and there are several."""
        return self.groups == self.input.shape[3] > 1

    def infer_shape(self) -> Shape:
        """(N, OH, OW, O)."""
        n, h, w, c = self.rank(self.input, 4)
        o, kh, kw, i = self.rank(self.weights, 4)
        self.require(
            self.groups >= 1 and i * self.groups == c and o % self.groups == 0,
            f"{self.groups} groups of {i} channels and {o} outputs over {c} input channels",
        )
        if self.bias is not None:
            self.require(self.bias.shape == (o,), f"a bias of {self.bias.shape} for {o} outputs")
        rows, columns = window_rows_and_columns(
            self, (h, w), (kh, kw), self.stride, self.dilation, self.padding
        )
        return n, rows, columns, o
