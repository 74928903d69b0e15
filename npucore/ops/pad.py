# SPDX-License-Identifier: MIT
"""A border of one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Pad(Op):
    """*input* with *before* and *after* elements of *value* added along every axis.

    *value* is a stored number in the output's dtype; None stands for real 0. A negative count
    crops.
    """

    name: ClassVar[str] = "pad"

    input: Tensor
    output: Tensor
    before: tuple[int, ...]  # for each axis
    after: tuple[int, ...]  # for each axis
    value: float | int | None = None

    def infer_shape(self) -> Shape:
        """The input's shape, grown along every axis."""
        shape = self.input.shape
        self.require(
            len(self.before) == len(self.after) == len(shape),
            f"paddings for {len(self.before)} axes of a tensor of rank {len(shape)}",
        )
        grown = tuple(b + n + a for b, n, a in zip(self.before, shape, self.after, strict=True))
        kept = all(
            -n <= min(b, 0) + min(a, 0)
            for b, n, a in zip(self.before, shape, self.after, strict=True)
        )
        self.require(kept, f"paddings {self.before}, {self.after} crop away {shape}")
        return grown
