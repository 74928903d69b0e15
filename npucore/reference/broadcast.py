# SPDX-License-Identifier: MIT
"""Repetition, as `npucore.ops.Broadcast` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Broadcast
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, moved_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Broadcast) -> str | None:
    """Stored integers are moved as they are, so dtypes must agree."""
    return moved_refusal(op)


def prepare(op: Broadcast, rounding: Rounding) -> Kernel:
    """A view without a copy."""

    def run(x: Array) -> Array:
        return np.broadcast_to(x, op.output.shape)

    return run
