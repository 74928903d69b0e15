# SPDX-License-Identifier: MIT
"""3-D convolution, and its transpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Activation, Op
from npucore.tensor import Shape, Tensor

Triple = tuple[int, int, int]


@dataclass(frozen=True, eq=False, kw_only=True)
class Convolution3d(Op):
    """Cross-correlate an NDHWC feature map of floats with DHWIO weights.

    *transposed* adds every input number, times the weights (DHWOI), into an output of *size*.
    Source: TFLite reference Conv3D, Conv3DTranspose.
    """

    name: ClassVar[str] = "convolution_3d"

    input: Tensor  # (N, D, H, W, C)
    weights: Tensor  # (KD, KH, KW, C, O); transposed (KD, KH, KW, O, C)
    bias: Tensor | None = None  # (O,)
    output: Tensor  # (N, OD, OH, OW, O)
    size: Triple  # (OD, OH, OW)
    stride: Triple = (1, 1, 1)
    dilation: Triple = (1, 1, 1)
    before: Triple = (0, 0, 0)  # padding in front; behind is what size asks for
    activation: Activation = Activation.NONE
    transposed: bool = False

    def infer_shape(self) -> Shape:
        """(N, OD, OH, OW, O)."""
        shape, weights = self.rank(self.input, 5), self.rank(self.weights, 5)
        inner, outputs = weights[3:][::-1] if self.transposed else weights[3:]
        self.require(inner == shape[4], f"weights of {weights} for {shape[4]} channels")
        self.require(min(*self.stride, *self.dilation, *self.size) >= 1, "a stride or size below 1")
        if self.bias is not None:
            self.require(self.bias.shape == (outputs,), f"a bias of {self.bias.shape}")
        return (shape[0], *self.size, outputs)
