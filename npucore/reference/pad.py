# SPDX-License-Identifier: MIT
"""A border of one value, as `npucore.ops.Pad` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Pad
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, moved_refusal
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Pad) -> str | None:
    """Stored integers are moved as they are, so dtypes must agree."""
    return moved_refusal(op)


def prepare(op: Pad, rounding: Rounding) -> Kernel:
    """A copy into a filled array; negative counts crop."""
    zero = 0 if op.output.quantization is None else int(op.output.q.zero_point)
    value = zero if op.value is None else op.value
    inner, source = [], []
    for before, size, after in zip(op.before, op.input.shape, op.after, strict=True):
        inner.append(slice(max(before, 0), max(before, 0) + size + min(before, 0) + min(after, 0)))
        source.append(slice(max(-before, 0), size - max(-after, 0)))

    def run(x: Array) -> Array:
        out = np.full(op.output.shape, value, op.output.dtype)
        out[tuple(inner)] = x[tuple(source)]
        return out

    return run
