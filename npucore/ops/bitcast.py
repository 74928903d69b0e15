# SPDX-License-Identifier: MIT
"""The same bytes as numbers of another dtype."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Bitcast(Op):
    """The bytes of *input*, read as the output's dtype.

    Smaller numbers add a last axis, larger ones take the last axis in. Source: TFLite bitcast.cc.
    """

    name: ClassVar[str] = "bitcast"

    input: Tensor
    output: Tensor

    def infer_shape(self) -> Shape:
        """The input's shape, with or without a last axis."""
        old, new = self.input.dtype.itemsize, self.output.dtype.itemsize
        shape = self.input.shape
        if old == new:
            return shape
        if old > new:
            return (*shape, old // new)
        fits = shape[-1:] == (new // old,)
        self.require(fits, f"{shape} of {self.input.dtype} as {self.output.dtype}")
        return shape[:-1]
