# SPDX-License-Identifier: MIT
"""Reversed axes, as `npucore.ops.Reverse` defines them."""

from __future__ import annotations

import numpy as np

from npucore.errors import InputError
from npucore.ops import Reverse
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.ONNX


def refuse(op: Reverse) -> str | None:
    """Numbers are moved as they are."""
    if op.lengths is not None and op.lengths.dtype.kind not in "iu":
        return f"lengths of {op.lengths.dtype}"
    return None if op.input.dtype == op.output.dtype else f"{op.input.dtype} to {op.output.dtype}"


def prepare(op: Reverse, rounding: Rounding) -> Kernel:
    """A view; with lengths, entry by entry."""
    if op.lengths is None:
        return lambda x: np.flip(x, op.axes)
    axis, batch = op.axes[0], op.batch_axis

    def run(x: Array, lengths: Array) -> Array:
        if lengths.min(initial=0) < 0 or lengths.max(initial=0) > x.shape[axis]:
            raise InputError(f"reverse -> {op.label}: a length outside {x.shape[axis]}")
        out = x.copy()
        moved, source = (np.moveaxis(a, (batch, axis), (0, 1)) for a in (out, x))
        for entry, length in enumerate(lengths.tolist()):
            moved[entry, :length] = source[entry, :length][::-1]
        return out

    return run
