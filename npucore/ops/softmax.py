# SPDX-License-Identifier: MIT
"""Softmax along the last axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Softmax(Op):
    """``output = exp(beta * input) / sum(exp(beta * input))`` over the last axis."""

    name: ClassVar[str] = "softmax"

    input: Tensor  # any shape
    output: Tensor
    beta: float = 1.0

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
