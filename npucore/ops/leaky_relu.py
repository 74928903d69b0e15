# SPDX-License-Identifier: MIT
"""Leaky rectifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class LeakyRelu(Op):
    """``output = input if input >= 0 else alpha * input``."""

    name: ClassVar[str] = "leaky_relu"

    input: Tensor  # any shape
    output: Tensor
    alpha: float = 0.0

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
