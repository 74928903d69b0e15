# SPDX-License-Identifier: MIT
"""Tensors stacked, as `npucore.ops.Pack` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Pack
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, moved_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Pack) -> str | None:
    """Stored integers are moved as they are, so dtypes must agree."""
    return moved_refusal(op)


def prepare(op: Pack, rounding: Rounding) -> Kernel:
    """A copy."""

    def run(*arrays: Array) -> Array:
        return np.stack(arrays, axis=op.axis)

    return run
