# SPDX-License-Identifier: MIT
"""Hard swish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class HSwish(Op):
    """``output = input * clamp(input + 3, 0, 6) / 6``."""

    name: ClassVar[str] = "hswish"

    input: Tensor  # any shape
    output: Tensor

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
