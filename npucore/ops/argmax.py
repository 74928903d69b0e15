# SPDX-License-Identifier: MIT
"""Where the largest value stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Argmax(Op):
    """The index of the largest value along *axis*, the first of equals; int32 or int64."""

    name: ClassVar[str] = "argmax"

    input: Tensor
    output: Tensor
    axis: int  # counted from the front
    smallest: bool = False  # the smallest value instead

    def infer_shape(self) -> Shape:
        """The input's shape without *axis*."""
        axis, shape = self.axis_of(self.input, self.axis), self.input.shape
        self.require(shape[axis] > 0, "no values to choose from")
        return (*shape[:axis], *shape[axis + 1 :])
