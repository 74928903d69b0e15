# SPDX-License-Identifier: MIT
"""A plain recurrent network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.ops.recurrence import RecurrentFunction, fits, recurrent_shapes
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Rnn(Op):
    """Go through the steps of *input*: ``h = F(x @ W.T + h @ R.T + bias)``.

    Source: ONNX operator schema RNN; TFLite reference RnnBatchStep.
    """

    name: ClassVar[str] = "rnn"

    input: Tensor  # (T, B, I) float
    weights: Tensor  # (H, I)
    recurrent: Tensor  # (H, H)
    bias: Tensor | None = None  # (H,)
    lengths: Tensor | None = None  # (B,) steps of each entry, integers
    first_output: Tensor | None = None  # (B, H), zeros if left out
    results: tuple[Tensor, Tensor]  # (T, B, H) of each step, (B, H) at the end
    functions: tuple[RecurrentFunction, ...] = (RecurrentFunction.TANH,)
    numbers: tuple[float, ...] = (0.0, 0.0)
    clip: float = 0.0  # of the sums, 0 for none
    asymmetric_inputs: bool = False  # how floats are quantized for int8 weights
    backwards: bool = False  # from the last step to the first

    def infer_shapes(self) -> tuple[Shape, ...]:
        """(T, B, H), (B, H)."""
        size = self.recurrent.shape[-1]
        matrices = (self.weights, self.recurrent)
        steps, batch, cells = recurrent_shapes(
            self, self.input, matrices, (self.first_output,), 1, size
        )
        self.require(cells == size, f"{cells} cells, {size} outputs")
        self.require(len(self.functions) == 1 and len(self.numbers) == 2, "wanted 1 function")
        fits(self, self.bias, (cells,))
        fits(self, self.lengths, (batch,))
        return (steps, batch, cells), (batch, cells)
