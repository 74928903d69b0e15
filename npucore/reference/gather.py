# SPDX-License-Identifier: MIT
"""Slices picked by indices, as `npucore.ops.Gather` defines them."""

from __future__ import annotations

import numpy as np

from npucore.errors import InputError
from npucore.ops import Gather
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Gather) -> str | None:
    """Integer indices, and a result of the input's dtype."""
    if op.indices.dtype not in (np.int32, np.int64):
        return f"indices of {op.indices.dtype}"
    return None if op.input.dtype == op.output.dtype else f"{op.input.dtype} to {op.output.dtype}"


def prepare(op: Gather, rounding: Rounding) -> Kernel:
    """Numpy's indexing, with the range checked."""
    size = op.input.shape[op.axis]

    def run(x: Array, indices: Array) -> Array:
        if ((indices < -size) | (indices >= size)).any():
            raise InputError(f"gather -> {op.label}: an index outside {size}")
        return np.asarray(np.take(x, indices, axis=op.axis))

    return run
