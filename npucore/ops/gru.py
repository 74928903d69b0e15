# SPDX-License-Identifier: MIT
"""Gated recurrent units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.ops.recurrence import RecurrentFunction, fits, recurrent_shapes
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Gru(Op):
    """Go through the steps of *input*; gates in the order update, reset, hidden.

    ``z, r = F(x @ W.T + h @ R.T + biases)``, ``g = G(x @ Wg.T + (r * h) @ Rg.T + biases)`` or, with
    *reset_after*, ``g = G(x @ Wg.T + bias + r * (h @ Rg.T + recurrent_bias))``;
    ``h = (1 - z) * g + z * h``.

    Source: ONNX operator schema GRU.
    """

    name: ClassVar[str] = "gru"

    input: Tensor  # (T, B, I) float
    weights: Tensor  # (3 * H, I)
    recurrent: Tensor  # (3 * H, H)
    bias: Tensor | None = None  # (3 * H,)
    recurrent_bias: Tensor | None = None  # (3 * H,)
    lengths: Tensor | None = None  # (B,) steps of each entry, integers
    first_output: Tensor | None = None  # (B, H), zeros if left out
    results: tuple[Tensor, Tensor]  # (T, B, H) of each step, (B, H) at the end
    functions: tuple[RecurrentFunction, ...] = (RecurrentFunction.SIGMOID, RecurrentFunction.TANH)
    numbers: tuple[float, ...] = (0.0,) * 4
    clip: float = 0.0  # of the gates' sums, 0 for none
    reset_after: bool = False
    asymmetric_inputs: bool = False  # how floats are quantized for int8 weights
    backwards: bool = False  # from the last step to the first

    def infer_shapes(self) -> tuple[Shape, ...]:
        """(T, B, H), (B, H)."""
        size = self.recurrent.shape[-1]
        matrices = (self.weights, self.recurrent)
        steps, batch, cells = recurrent_shapes(
            self, self.input, matrices, (self.first_output,), 3, size
        )
        self.require(cells == size, f"{cells} cells, {size} outputs")
        self.require(len(self.functions) == 2 and len(self.numbers) == 4, "wanted 2 functions")
        fits(self, self.bias, (3 * cells,))
        fits(self, self.recurrent_bias, (3 * cells,))
        fits(self, self.lengths, (batch,))
        return (steps, batch, cells), (batch, cells)
