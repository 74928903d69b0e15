# SPDX-License-Identifier: MIT
"""The hyperbolic tangent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Tanh(Op):
    """``output = tanh(input)``."""

    name: ClassVar[str] = "tanh"

    input: Tensor  # any shape
    output: Tensor

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
