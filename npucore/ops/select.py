# SPDX-License-Identifier: MIT
"""One of two, element by element."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Select(Op):
    """``output = a if condition else b``; the stored numbers are kept."""

    name: ClassVar[str] = "select"

    condition: Tensor  # bool, any shape
    a: Tensor  # the same shape
    b: Tensor  # the same shape
    output: Tensor

    def infer_shape(self) -> Shape:
        """The operands' shape."""
        return self.same_shape(self.condition, self.a, self.b)
