# SPDX-License-Identifier: MIT
"""The logarithm of softmax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class LogSoftmax(Op):
    """``input - max - log(sum(exp(input - max)))`` over the last axis."""

    name: ClassVar[str] = "log_softmax"

    input: Tensor  # (..., N)
    output: Tensor

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
