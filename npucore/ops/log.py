# SPDX-License-Identifier: MIT
"""The natural logarithm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Log(Op):
    """``output = log(input)``; of 0 minus infinity."""

    name: ClassVar[str] = "log"

    input: Tensor  # any shape
    output: Tensor

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
