# SPDX-License-Identifier: MIT
"""The mean over axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.ops.reduction import reduced_shape
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Mean(Op):
    """The mean of *input* over *axes*, requantized to *output*."""

    name: ClassVar[str] = "mean"

    input: Tensor
    output: Tensor
    axes: tuple[int, ...]  # counted from the front, without repetition
    keep_axes: bool = False  # as axes of size 1

    @property
    def count(self) -> int:
        """How many values each mean is taken over."""
        return math.prod(self.input.shape[axis] for axis in self.axes)

    def infer_shape(self) -> Shape:
        """The input's shape, reduced."""
        shape = reduced_shape(self, self.input, self.axes, self.keep_axes)
        self.require(self.count > 0, "a mean over nothing")
        return shape
