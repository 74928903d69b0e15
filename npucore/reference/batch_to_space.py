# SPDX-License-Identifier: MIT
"""Batch entries to blocks, as `npucore.ops.BatchToSpace` defines it."""

from __future__ import annotations

from npucore.ops import BatchToSpace
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, moved_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: BatchToSpace) -> str | None:
    """Stored integers are moved as they are, so dtypes must agree."""
    return moved_refusal(op)


def prepare(op: BatchToSpace, rounding: Rounding) -> Kernel:
    """Axes reordered, then cropped."""
    by, bx = op.block
    top, bottom, left, right = op.crop

    def run(x: Array) -> Array:
        n, h, w, c = x.shape
        n //= by * bx
        blocks = x.reshape(by, bx, n, h, w, c).transpose(2, 3, 0, 4, 1, 5)
        full = blocks.reshape(n, h * by, w * bx, c)
        return full[:, top : h * by - bottom, left : w * bx - right]

    return run
