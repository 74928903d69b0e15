# SPDX-License-Identifier: MIT
"""Sums and products of all numbers up to a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Cumulative(Op):
    """The sum (or *product*) of the elements up to each place of *axis*.

    *exclusive* leaves the element itself out; *reverse* begins at the end.
    """

    name: ClassVar[str] = "cumulative"

    input: Tensor
    output: Tensor
    axis: int  # counted from the front
    exclusive: bool = False
    reverse: bool = False
    product: bool = False

    def infer_shape(self) -> Shape:
        """The operand's shape."""
        self.axis_of(self.input, self.axis)
        return self.input.shape
