# SPDX-License-Identifier: MIT
"""Local response normalization."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class LocalResponse(Op):
    """``x / (bias + alpha * sum(x[c - before .. c + after]**2)) ** beta`` over the last axis.

    Source: TFLite reference LocalResponseNormalization; ONNX operator schema LRN.
    """

    name: ClassVar[str] = "local_response"

    input: Tensor  # (..., C)
    output: Tensor
    before: int
    after: int
    bias: float
    alpha: float
    beta: float

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        self.axis_of(self.input, -1)
        self.require(
            self.before >= 0 and self.after >= -1, f"{self.before} and {self.after} neighbours"
        )
        return self.input.shape
