# SPDX-License-Identifier: MIT
"""Vectors made as long as 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class L2Normalize(Op):
    """``input / max(sqrt(sum(input**2)), epsilon)`` over the last axis.

    Source: TFLite reference L2Normalization.
    """

    name: ClassVar[str] = "l2_normalize"

    input: Tensor  # (..., N)
    output: Tensor
    epsilon: float = 1e-6

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        return self.input.shape
