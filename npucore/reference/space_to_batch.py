# SPDX-License-Identifier: MIT
"""Blocks to batch entries, as `npucore.ops.SpaceToBatch` defines it."""

from __future__ import annotations

from npucore.ops import SpaceToBatch
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, moved_refusal
from npucore.reference.window import padded
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: SpaceToBatch) -> str | None:
    """Stored integers are moved as they are, so dtypes must agree."""
    return moved_refusal(op)


def prepare(op: SpaceToBatch, rounding: Rounding) -> Kernel:
    """A padded copy, its axes reordered."""
    zero = 0 if op.output.quantization is None else int(op.output.q.zero_point)
    by, bx = op.block

    def run(x: Array) -> Array:
        x = padded(x, op.padding, zero)
        n, h, w, c = x.shape
        blocks = x.reshape(n, h // by, by, w // bx, bx, c)
        return blocks.transpose(2, 4, 0, 1, 3, 5).reshape(op.output.shape)

    return run
