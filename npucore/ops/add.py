# SPDX-License-Identifier: MIT
"""Element-wise addition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Activation, Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Add(Op):
    """``output = a + b`` in real numbers; all three tensors have their own quantization."""

    name: ClassVar[str] = "add"

    a: Tensor  # any shape
    b: Tensor  # the same shape
    output: Tensor
    activation: Activation = Activation.NONE

    def infer_shape(self) -> Shape:
        """The operands' shape."""
        return self.same_shape(self.a, self.b)
