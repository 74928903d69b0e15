# SPDX-License-Identifier: MIT
"""A change of dtype, as `npucore.ops.Cast` defines it."""

from __future__ import annotations

from npucore.ops import Cast
from npucore.quantize import Rounding
from npucore.reference.kernel import Kernel
from npucore.tensor import Array


def refuse(op: Cast) -> str | None:
    """Nothing is refused."""
    return None


def prepare(op: Cast, rounding: Rounding) -> Kernel:
    """Plain numpy: towards 0 from float to integer."""

    def run(x: Array) -> Array:
        return x.astype(op.output.dtype)

    return run
