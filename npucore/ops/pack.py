# SPDX-License-Identifier: MIT
"""Tensors stacked along a new axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Pack(Op):
    """Stack operands of one shape along a new axis; the stored integers are kept."""

    name: ClassVar[str] = "pack"

    operands: tuple[Tensor, ...]
    output: Tensor
    axis: int  # of the output, counted from the front

    def infer_shape(self) -> Shape:
        """The operands' shape with their count at *axis*."""
        self.require(bool(self.operands), "nothing to pack")
        shape = self.same_shape(*self.operands)
        self.require(0 <= self.axis <= len(shape), f"axis {self.axis} over shape {shape}")
        return (*shape[: self.axis], len(self.operands), *shape[self.axis :])
