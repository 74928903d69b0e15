# SPDX-License-Identifier: MIT
"""Classes as vectors, as `npucore.ops.OneHot` defines them."""

from __future__ import annotations

import numpy as np

from npucore.ops import OneHot
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.ONNX


def refuse(op: OneHot) -> str | None:
    """On and off are of the result's dtype."""
    found = {op.on.dtype, op.off.dtype, op.output.dtype}
    return None if len(found) == 1 else f"{op.name} of {', '.join(sorted(map(str, found)))}"


def prepare(op: OneHot, rounding: Rounding) -> Kernel:
    """A comparison with every class."""
    classes = np.arange(op.depth).reshape(-1, *[1] * (len(op.output.shape) - 1 - op.axis))

    def run(indices: Array, on: Array, off: Array) -> Array:
        places = np.expand_dims(indices, op.axis)
        if op.wraps:
            places = np.where(places < 0, places + op.depth, places)
        return np.where(places == classes, on.reshape(()), off.reshape(()))

    return run
