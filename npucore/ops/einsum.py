# SPDX-License-Identifier: MIT
"""Sums of products, by the names of their axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Einsum(Op):
    """Each of *operands* names its axes; axes that *axes* does not name are summed over.

    Names are numbers. ``((0, 1), (1, 2))`` to ``(0, 2)`` is a matrix product.
    """

    name: ClassVar[str] = "einsum"

    operands: tuple[Tensor, ...]
    output: Tensor
    names: tuple[tuple[int, ...], ...]  # one tuple for each operand, one name for each axis
    axes: tuple[int, ...]  # names of the output's axes

    def infer_shape(self) -> Shape:
        """The sizes of the output's axes; those of size 1 are repeated."""
        sizes: dict[int, int] = {}
        self.require(len(self.names) == len(self.operands) > 0, "an operand without names")
        for operand, names in zip(self.operands, self.names, strict=True):
            self.require(len(names) == len(operand.shape), f"{names} for {operand.shape}")
            for name, size in zip(names, operand.shape, strict=True):
                known = sizes.get(name, 1)
                self.require(1 in (known, size) or known == size, f"sizes {known} and {size}")
                sizes[name] = max(known, size) if 0 not in (known, size) else 0
        self.require(set(self.axes) <= sizes.keys(), f"axes {self.axes} of {sorted(sizes)}")
        return tuple(sizes[name] for name in self.axes)
