# SPDX-License-Identifier: MIT
"""A tensor cut into pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Split(Op):
    """Cut *input* along *axis* into pieces of the given sizes; the stored integers are kept."""

    name: ClassVar[str] = "split"

    input: Tensor
    results: tuple[Tensor, ...]
    axis: int  # counted from the front
    sizes: tuple[int, ...]

    def infer_shapes(self) -> tuple[Shape, ...]:
        """The input's shape, with each piece's size along *axis*."""
        axis, shape = self.axis_of(self.input, self.axis), self.input.shape
        self.require(
            len(self.sizes) == len(self.results)
            and min(self.sizes) >= 0
            and sum(self.sizes) == shape[axis],
            f"{len(self.results)} pieces of sizes {self.sizes} out of {shape[axis]}",
        )
        return tuple((*shape[:axis], size, *shape[axis + 1 :]) for size in self.sizes)
