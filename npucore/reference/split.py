# SPDX-License-Identifier: MIT
"""Pieces of a tensor, as `npucore.ops.Split` defines it."""

from __future__ import annotations

import itertools

from npucore.ops import Split
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, moved_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Split) -> str | None:
    """Stored integers are moved as they are, so dtypes must agree."""
    return moved_refusal(op)


def prepare(op: Split, rounding: Rounding) -> Kernel:
    """Views."""
    before = (slice(None),) * op.axis
    ends = list(itertools.accumulate(op.sizes))

    def run(x: Array) -> tuple[Array, ...]:
        return tuple(
            x[(*before, slice(end - size, end))] for size, end in zip(op.sizes, ends, strict=True)
        )

    return run
