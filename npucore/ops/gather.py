# SPDX-License-Identifier: MIT
"""Slices picked by indices along one axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Gather(Op):
    """``output[.., i, ..] = input[.., indices[i], ..]``; negative indices count from the back."""

    name: ClassVar[str] = "gather"

    input: Tensor
    indices: Tensor  # any shape, integers
    output: Tensor
    axis: int  # counted from the front

    def infer_shape(self) -> Shape:
        """The input's shape with that of the indices in the place of *axis*."""
        shape, axis = self.input.shape, self.axis_of(self.input, self.axis)
        return (*shape[:axis], *self.indices.shape, *shape[axis + 1 :])
