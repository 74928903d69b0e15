# SPDX-License-Identifier: MIT
"""Element-wise maximum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Maximum(Op):
    """``output = max(a, b)``; quantized operands and output share one quantization."""

    name: ClassVar[str] = "maximum"

    a: Tensor  # any shape
    b: Tensor  # the same shape
    output: Tensor

    def infer_shape(self) -> Shape:
        """The operands' shape."""
        return self.same_shape(self.a, self.b)
