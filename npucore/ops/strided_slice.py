# SPDX-License-Identifier: MIT
"""Every n-th element of a box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class StridedSlice(Op):
    """``begin[i] + k * strides[i]`` for ``k`` in ``range(sizes[i])`` along every axis ``i``.

    Masks, negative indices and open ends do not exist here: a frontend has turned them into
    numbers. Axes in *dropped* have size 1 and are left out of the output.
    """

    name: ClassVar[str] = "strided_slice"

    input: Tensor
    output: Tensor
    begin: tuple[int, ...]
    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    dropped: tuple[int, ...] = ()

    def infer_shape(self) -> Shape:
        """*sizes* without the dropped axes."""
        shape = self.input.shape
        self.require(
            len(self.begin) == len(self.sizes) == len(self.strides) == len(shape),
            f"a slice of {len(self.sizes)} axes out of shape {shape}",
        )
        for n, first, size, step in zip(shape, self.begin, self.sizes, self.strides, strict=True):
            last = first + (size - 1) * step
            self.require(
                size >= 0 and step != 0 and (size == 0 or (0 <= first < n and 0 <= last < n)),
                f"elements {first} to {last} by {step} of an axis of {n}",
            )
        self.require(
            all(0 <= axis < len(shape) and self.sizes[axis] == 1 for axis in self.dropped),
            f"cannot drop axes {self.dropped} of sizes {self.sizes}",
        )
        return tuple(s for axis, s in enumerate(self.sizes) if axis not in self.dropped)
