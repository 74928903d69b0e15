# SPDX-License-Identifier: MIT
"""Axes in another order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Transpose(Op):
    """Axis ``i`` of the output is axis ``permutation[i]`` of the input."""

    name: ClassVar[str] = "transpose"

    input: Tensor
    output: Tensor
    permutation: tuple[int, ...]

    def infer_shape(self) -> Shape:
        """The input's sizes in the new order."""
        shape = self.input.shape
        self.require(
            sorted(self.permutation) == list(range(len(shape))),
            f"{self.permutation} does not permute the axes of {shape}",
        )
        return tuple(shape[axis] for axis in self.permutation)
