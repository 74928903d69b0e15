# SPDX-License-Identifier: MIT
"""The same elements in another shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Reshape(Op):
    """The stored elements in row-major order, read in the output's shape."""

    name: ClassVar[str] = "reshape"

    input: Tensor
    output: Tensor

    def infer_shape(self) -> Shape:
        """The output's own shape, once its elements are found to be as many."""
        self.require(
            self.input.elements == self.output.elements,
            f"{self.input.shape} has {self.input.elements} elements, "
            f"{self.output.shape} has {self.output.elements}",
        )
        return self.output.shape
