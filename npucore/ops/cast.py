# SPDX-License-Identifier: MIT
"""A change of dtype."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Cast(Op):
    """The input's numbers in the output's dtype, as C converts them."""

    name: ClassVar[str] = "cast"

    input: Tensor  # any shape
    output: Tensor

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
