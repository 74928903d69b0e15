# SPDX-License-Identifier: MIT
"""Axes in another order, as `npucore.ops.Transpose` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Transpose
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, moved_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Transpose) -> str | None:
    """Stored integers are moved as they are, so dtypes must agree."""
    return moved_refusal(op)


def prepare(op: Transpose, rounding: Rounding) -> Kernel:
    """A view, made contiguous."""

    def run(x: Array) -> Array:
        return np.ascontiguousarray(x.transpose(op.permutation))

    return run
