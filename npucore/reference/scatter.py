# SPDX-License-Identifier: MIT
"""Numbers put to places, as `npucore.ops.Scatter` defines them."""

from __future__ import annotations

import numpy as np

from npucore.errors import InputError
from npucore.ops import Scatter, ScatterMode
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.ONNX
JOINS = {
    ScatterMode.ADD: np.add,
    ScatterMode.MULTIPLY: np.multiply,
    ScatterMode.MAX: np.maximum,
    ScatterMode.MIN: np.minimum,
}


def refuse(op: Scatter) -> str | None:
    """Integer indices; numbers of one dtype."""
    if op.indices.dtype.kind not in "iu":
        return f"indices of {op.indices.dtype}"
    found = {op.input.dtype, op.updates.dtype, op.output.dtype}
    return None if len(found) == 1 else f"{op.name} of {', '.join(sorted(map(str, found)))}"


def prepare(op: Scatter, rounding: Rounding) -> Kernel:
    """Numpy's indexing, with the range checked."""
    limits = np.array(op.input.shape[: op.indices.shape[-1]], np.int64)

    def run(x: Array, indices: Array, updates: Array) -> Array:
        places = indices.astype(np.int64)
        if ((places < -limits) | (places >= limits)).any():
            raise InputError(f"scatter -> {op.label}: an index outside {limits.tolist()}")
        where = tuple(np.moveaxis(places, -1, 0))
        out = x.copy()
        if op.mode is ScatterMode.REPLACE:
            out[where] = updates
        else:
            JOINS[op.mode].at(out, where, updates)
        return out

    return run
