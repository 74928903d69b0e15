# SPDX-License-Identifier: MIT
"""A matrix of weights applied to the last axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Activation, Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class FullyConnected(Op):
    """``acc[..., o] = bias[o] + sum(i) (input[..., i] - zi) * (weights[o, i] - zw)``, requantized.

    The output has any shape of the same number of elements: ``(N, O)`` or ``(..., O)``. An int32
    output without a quantization holds the accumulators themselves.
    """

    name: ClassVar[str] = "fully_connected"

    input: Tensor  # read as (N, I), whatever its shape
    weights: Tensor  # (O, I), per tensor or per channel along axis 0
    bias: Tensor | None = None  # (O,) int32
    output: Tensor
    activation: Activation = Activation.NONE
    asymmetric_inputs: bool = False  # how float inputs are quantized for int8 weights

    def infer_shape(self) -> Shape:
        """The output's own shape, once its elements are found to be N * O."""
        o, i = self.rank(self.weights, 2)
        self.require(
            i > 0 and self.input.elements % i == 0,
            f"weights for {i} inputs over an operand of shape {self.input.shape}",
        )
        if self.bias is not None:
            self.require(self.bias.shape == (o,), f"a bias of {self.bias.shape} for {o} outputs")
        n = self.input.elements // i
        shape = self.output.shape
        return shape if shape and shape[-1] == o and self.output.elements == n * o else (n, o)
