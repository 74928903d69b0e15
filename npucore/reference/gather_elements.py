# SPDX-License-Identifier: MIT
"""Elements picked one by one, as `npucore.ops.GatherElements` defines them."""

from __future__ import annotations

import numpy as np

from npucore.errors import InputError
from npucore.ops import GatherElements
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.ONNX


def refuse(op: GatherElements) -> str | None:
    """Integer indices, and a result of the input's dtype."""
    if op.indices.dtype.kind not in "iu":
        return f"indices of {op.indices.dtype}"
    return None if op.input.dtype == op.output.dtype else f"{op.input.dtype} to {op.output.dtype}"


def prepare(op: GatherElements, rounding: Rounding) -> Kernel:
    """Numpy's indexing, with the range checked."""
    size = op.input.shape[op.axis]

    def run(x: Array, indices: Array) -> Array:
        if ((indices < -size) | (indices >= size)).any():
            raise InputError(f"gather_elements -> {op.label}: an index outside {size}")
        within = tuple(
            slice(None) if axis == op.axis else slice(0, n) for axis, n in enumerate(indices.shape)
        )
        places = np.where(indices < 0, indices + size, indices).astype(np.int64)
        return np.take_along_axis(x[within], places, op.axis)

    return run
