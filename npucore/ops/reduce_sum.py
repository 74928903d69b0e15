# SPDX-License-Identifier: MIT
"""The sum over axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.ops.reduction import reduced_shape
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class ReduceSum(Op):
    """The sum of *input* over *axes*."""

    name: ClassVar[str] = "reduce_sum"

    input: Tensor
    output: Tensor
    axes: tuple[int, ...]  # counted from the front, without repetition
    keep_axes: bool = False  # as axes of size 1

    def infer_shape(self) -> Shape:
        """The input's shape, reduced."""
        return reduced_shape(self, self.input, self.axes, self.keep_axes)
