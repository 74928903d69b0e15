# SPDX-License-Identifier: MIT
"""Channels to blocks, as `npucore.ops.DepthToSpace` defines it."""

from __future__ import annotations

from npucore.ops import DepthToSpace
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, moved_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: DepthToSpace) -> str | None:
    """Stored integers are moved as they are, so dtypes must agree."""
    return moved_refusal(op)


def prepare(op: DepthToSpace, rounding: Rounding) -> Kernel:
    """Axes reordered."""

    def run(x: Array) -> Array:
        n, h, w, _ = x.shape
        blocks = x.reshape(n, h, w, op.block, op.block, -1).transpose(0, 1, 3, 2, 4, 5)
        return blocks.reshape(op.output.shape)

    return run
