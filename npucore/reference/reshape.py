# SPDX-License-Identifier: MIT
"""Another shape, as `npucore.ops.Reshape` defines it."""

from __future__ import annotations

from npucore.ops import Reshape
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, moved_refusal

JUDGE = Judge.LITERT


def refuse(op: Reshape) -> str | None:
    """Stored integers are moved as they are, so dtypes must agree."""
    return moved_refusal(op)


def prepare(op: Reshape, rounding: Rounding) -> Kernel:
    """A view."""
    return lambda x: x.reshape(op.output.shape)
