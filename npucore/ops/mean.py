# SPDX-License-Identifier: MIT
"""The mean over axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
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
        axes = {self.axis_of(self.input, axis) for axis in self.axes}
        self.require(len(axes) == len(self.axes), f"axes {self.axes} repeat")
        self.require(self.count > 0, "a mean over nothing")
        sizes = enumerate(self.input.shape)
        if self.keep_axes:
            return tuple(1 if axis in axes else size for axis, size in sizes)
        return tuple(size for axis, size in sizes if axis not in axes)
