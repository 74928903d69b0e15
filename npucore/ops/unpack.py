# SPDX-License-Identifier: MIT
"""A tensor taken apart along an axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Unpack(Op):
    """One result for every index along *axis*, without that axis; stored integers are kept."""

    name: ClassVar[str] = "unpack"

    input: Tensor
    results: tuple[Tensor, ...]
    axis: int  # counted from the front

    def infer_shapes(self) -> tuple[Shape, ...]:
        """The input's shape without *axis*, once for each index."""
        axis, shape = self.axis_of(self.input, self.axis), self.input.shape
        self.require(
            len(self.results) == shape[axis],
            f"{len(self.results)} results out of {shape[axis]} along axis {axis}",
        )
        return ((*shape[:axis], *shape[axis + 1 :]),) * shape[axis]
