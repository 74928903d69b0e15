# SPDX-License-Identifier: MIT
"""Elements picked one by one along an axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class GatherElements(Op):
    """``output[i, j, k] = input[i, indices[i, j, k], k]``, for *axis* 1 of three."""

    name: ClassVar[str] = "gather_elements"

    input: Tensor
    indices: Tensor  # of the input's rank, integers; negative ones count from the back
    output: Tensor
    axis: int  # counted from the front

    def infer_shape(self) -> Shape:
        """The shape of the indices."""
        axis = self.axis_of(self.input, self.axis)
        self.rank(self.indices, len(self.input.shape))
        pairs = enumerate(zip(self.input.shape, self.indices.shape, strict=True))
        fits = all(n <= size for place, (size, n) in pairs if place != axis)
        self.require(fits, f"indices of {self.indices.shape} into {self.input.shape}")
        return self.indices.shape
