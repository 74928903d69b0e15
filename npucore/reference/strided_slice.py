# SPDX-License-Identifier: MIT
"""Every n-th element, as `npucore.ops.StridedSlice` defines it."""

from __future__ import annotations

from npucore.ops import StridedSlice
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, moved_refusal

JUDGE = Judge.LITERT


def refuse(op: StridedSlice) -> str | None:
    """Stored integers are moved as they are, so dtypes must agree."""
    return moved_refusal(op)


def _end(first: int, size: int, step: int) -> int | None:
    """One step beyond the last element; None where that is in front of the first."""
    end = first + size * step
    return None if end < 0 else end


def prepare(op: StridedSlice, rounding: Rounding) -> Kernel:
    """A view."""
    chosen = tuple(
        slice(first, _end(first, size, step), step)
        for first, size, step in zip(op.begin, op.sizes, op.strides, strict=True)
    )
    return lambda x: x[chosen].reshape(op.output.shape)
