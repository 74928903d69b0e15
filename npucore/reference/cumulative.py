# SPDX-License-Identifier: MIT
"""Running sums and products, as `npucore.ops.Cumulative` defines them."""

from __future__ import annotations

import numpy as np

from npucore.ops import Cumulative
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, moved_refusal
from npucore.tensor import Array

JUDGE = Judge.ONNX


def refuse(op: Cumulative) -> str | None:
    """Plain numbers of one dtype."""
    if op.input.quantization is not None or op.input.dtype.kind not in "iuf":
        return f"running sums of stored {op.input.dtype}"
    return moved_refusal(op)


def prepare(op: Cumulative, rounding: Rounding) -> Kernel:
    """Numpy's accumulation, from the end if need be."""
    join = np.multiply if op.product else np.add
    turned = tuple(
        slice(None, None, -1) if op.reverse and axis == op.axis else slice(None)
        for axis in range(len(op.input.shape))
    )
    last = tuple(
        slice(0, -1) if axis == op.axis else slice(None) for axis in range(len(op.input.shape))
    )

    def run(x: Array) -> Array:
        ordered = x[turned]
        if op.exclusive:
            first = np.full_like(np.take(ordered, [0], op.axis), 1 if op.product else 0)
            ordered = np.concatenate([first, ordered[last]], op.axis)
        total: Array = join.accumulate(ordered, op.axis, dtype=x.dtype)[turned]
        return total

    return run
