# SPDX-License-Identifier: MIT
"""Stored integers to real numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Dequantize(Op):
    """``output = scale * (input - zero_point)``, float32; float16 is widened."""

    name: ClassVar[str] = "dequantize"

    input: Tensor  # any shape
    output: Tensor

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
