# SPDX-License-Identifier: MIT
"""A change of quantization."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Quantize(Op):
    """The input's real numbers in the output's quantization: float or integer to integer."""

    name: ClassVar[str] = "quantize"

    input: Tensor  # any shape
    output: Tensor

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
