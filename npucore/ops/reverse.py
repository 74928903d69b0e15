# SPDX-License-Identifier: MIT
"""Axes from their end to their beginning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Reverse(Op):
    """*input* reversed along *axes*.

    With *lengths* it is reversed along the only axis, and only the first ``lengths[i]`` elements
    of entry ``i`` of *batch_axis*.
    """

    name: ClassVar[str] = "reverse"

    input: Tensor
    lengths: Tensor | None = None  # (B,) integers
    output: Tensor
    axes: tuple[int, ...]  # counted from the front
    batch_axis: int = 0

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        for axis in self.axes:
            self.axis_of(self.input, axis)
        if self.lengths is not None:
            self.require(len(self.axes) == 1, f"lengths along axes {self.axes}")
            batch = self.input.shape[self.axis_of(self.input, self.batch_axis)]
            self.require(self.lengths.shape == (batch,), f"lengths of shape {self.lengths.shape}")
        return self.input.shape
