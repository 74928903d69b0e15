# SPDX-License-Identifier: MIT
"""The Gaussian error linear unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Gelu(Op):
    """``output = input / 2 * (1 + erf(input / sqrt(2)))``.

    With *approximate* it is ``input / 2 * (1 + tanh(sqrt(2 / pi) * (input + 0.044715 *
    input**3)))``. Source: D. Hendrycks, K. Gimpel: Gaussian Error Linear Units, arXiv 1606.08415.
    """

    name: ClassVar[str] = "gelu"

    input: Tensor  # any shape
    output: Tensor
    approximate: bool = False

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
