# SPDX-License-Identifier: MIT
"""The shape that reductions share."""

from __future__ import annotations

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


def reduced_shape(op: Op, source: Tensor, axes: tuple[int, ...], keep_axes: bool) -> Shape:
    """The shape of *source* without *axes*, or with their sizes 1.

    Raises `InvalidModelError` for axes that repeat.
    """
    chosen = {op.axis_of(source, axis) for axis in axes}
    op.require(len(chosen) == len(axes), f"axes {axes} repeat")
    sizes = enumerate(source.shape)
    if keep_axes:
        return tuple(1 if axis in chosen else size for axis, size in sizes)
    return tuple(size for axis, size in sizes if axis not in chosen)
