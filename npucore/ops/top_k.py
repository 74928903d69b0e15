# SPDX-License-Identifier: MIT
"""The largest numbers, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class TopK(Op):
    """The *count* largest numbers of the last axis, from the largest on; of equals the first.

    Not *largest*, the smallest from the smallest on.
    """

    name: ClassVar[str] = "top_k"

    input: Tensor  # (..., N)
    results: tuple[Tensor, Tensor]  # (..., K): the numbers, and their places as integers
    count: int
    largest: bool = True

    def infer_shapes(self) -> tuple[Shape, ...]:
        """(..., K), twice."""
        self.axis_of(self.input, -1)
        self.require(
            0 <= self.count <= self.input.shape[-1], f"{self.count} of {self.input.shape[-1]}"
        )
        shape = (*self.input.shape[:-1], self.count)
        return shape, shape
