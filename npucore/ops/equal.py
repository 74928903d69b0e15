# SPDX-License-Identifier: MIT
"""Element-wise equality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Equal(Op):
    """``output = a == b``, of numbers of one dtype."""

    name: ClassVar[str] = "equal"

    a: Tensor  # any shape
    b: Tensor  # the same shape
    output: Tensor  # bool

    def infer_shape(self) -> Shape:
        """The operands' shape."""
        return self.same_shape(self.a, self.b)
