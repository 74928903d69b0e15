# SPDX-License-Identifier: MIT
"""Reciprocal square root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Rsqrt(Op):
    """``output = 1 / sqrt(input)``."""

    name: ClassVar[str] = "rsqrt"

    input: Tensor  # any shape
    output: Tensor

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
