# SPDX-License-Identifier: MIT
"""Classes as vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class OneHot(Op):
    """A new *axis* of *depth*: *on* at the index, *off* elsewhere, and wherever it is outside."""

    name: ClassVar[str] = "one_hot"

    indices: Tensor  # any shape
    on: Tensor  # one number
    off: Tensor  # one number
    output: Tensor
    depth: int
    axis: int  # of the output, counted from the front
    wraps: bool = False  # negative indices count from the back

    def infer_shape(self) -> Shape:
        """The shape of the indices with the new axis."""
        shape = self.indices.shape
        self.require(0 <= self.axis <= len(shape), f"axis {self.axis} of {len(shape) + 1}")
        self.require(self.depth >= 0, f"a depth of {self.depth}")
        self.require(self.on.elements == self.off.elements == 1, "on and off are one number each")
        return (*shape[: self.axis], self.depth, *shape[self.axis :])
