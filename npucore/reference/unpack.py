# SPDX-License-Identifier: MIT
"""A tensor taken apart, as `npucore.ops.Unpack` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Unpack
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, moved_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT
UNCONFIRMED = (np.int64,)


def refuse(op: Unpack) -> str | None:
    """Stored integers are moved as they are, so dtypes must agree."""
    return moved_refusal(op)


def prepare(op: Unpack, rounding: Rounding) -> Kernel:
    """Views."""

    def run(x: Array) -> tuple[Array, ...]:
        return tuple(np.moveaxis(x, op.axis, 0))

    return run
