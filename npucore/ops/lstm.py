# SPDX-License-Identifier: MIT
"""Long short-term memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.ops.recurrence import RecurrentFunction, fits, recurrent_shapes
from npucore.tensor import Shape, Tensor

SIGMOID, TANH = RecurrentFunction.SIGMOID, RecurrentFunction.TANH


@dataclass(frozen=True, eq=False, kw_only=True)
class Lstm(Op):
    """Go through the steps of *input* with a memory; gates: input, output, forget, cell.

    ``i, o, f = F(x @ W.T + h @ R.T + bias + peepholes * c)``, ``g = G(...)``,
    ``c = f * c + i * g``, ``h = o * H(c)``, then ``h = h @ projection.T + projection_bias``. The
    output gate sees the new ``c``. *functions* are F, G and H, *numbers* two for each.

    Source: ONNX operator schema LSTM; TFLite lstm_eval.cc.
    """

    name: ClassVar[str] = "lstm"

    input: Tensor  # (T, B, I) float
    weights: Tensor  # (4 * H, I)
    recurrent: Tensor  # (4 * H, P), P being H without a projection
    bias: Tensor | None = None  # (4 * H,)
    peepholes: Tensor | None = None  # (3 * H,): input, output, forget
    projection: Tensor | None = None  # (P, H)
    projection_bias: Tensor | None = None  # (P,)
    lengths: Tensor | None = None  # (B,) steps of each entry, integers
    first_output: Tensor | None = None  # (B, P), zeros if left out
    first_cell: Tensor | None = None  # (B, H), zeros if left out
    results: tuple[Tensor, Tensor, Tensor]  # (T, B, P) of each step, (B, P) and (B, H) at the end
    functions: tuple[RecurrentFunction, ...] = (SIGMOID, TANH, TANH)
    numbers: tuple[float, ...] = (0.0,) * 6
    clip: float = 0.0  # of the gates' sums, 0 for none
    cell_clip: float = 0.0  # of c
    projection_clip: float = 0.0  # of h behind the projection
    asymmetric_inputs: bool = False  # how floats are quantized for int8 weights
    backwards: bool = False  # from the last step to the first

    def infer_shapes(self) -> tuple[Shape, ...]:
        """(T, B, P), (B, P), (B, H)."""
        size = self.recurrent.shape[-1]
        states = (self.first_output, self.first_cell)
        steps, batch, cells = recurrent_shapes(
            self, self.input, (self.weights, self.recurrent), states, 4, size
        )
        self.require(len(self.functions) == 3 and len(self.numbers) == 6, "wanted 3 functions")
        self.require(self.projection is not None or size == cells, f"{cells} cells, {size} outputs")
        fits(self, self.bias, (4 * cells,))
        fits(self, self.peepholes, (3 * cells,))
        fits(self, self.projection, (size, cells))
        fits(self, self.projection_bias, (size,))
        fits(self, self.lengths, (batch,))
        return (steps, batch, size), (batch, size), (batch, cells)
