# SPDX-License-Identifier: MIT
"""Rectifier with a slope for each element."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Prelu(Op):
    """``output = input if input >= 0 else alpha * input``, with a tensor of slopes."""

    name: ClassVar[str] = "prelu"

    input: Tensor  # any shape
    alpha: Tensor  # the same shape
    output: Tensor

    def infer_shape(self) -> Shape:
        """The operands' shape."""
        return self.same_shape(self.input, self.alpha)
