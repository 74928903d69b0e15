# SPDX-License-Identifier: MIT
"""Vectors of length 1, as `npucore.ops.L2Normalize` defines them."""

from __future__ import annotations

import numpy as np

from npucore.ops import L2Normalize
from npucore.quantize import Rounding
from npucore.reference.kernel import Kernel
from npucore.reference.table import saturate
from npucore.reference.unary import refuse_unary
from npucore.tensor import Array


def refuse(op: L2Normalize) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if not op.input.shape:
        return "a vector without an axis"
    return refuse_unary(op, op.input, op.output)


def prepare(op: L2Normalize, rounding: Rounding) -> Kernel:
    """Sums in float64. Source: TFLite reference L2Normalization."""
    if op.input.dtype.kind == "f":

        def run(x: Array) -> Array:
            length = np.sqrt(np.square(x, dtype=np.float64).sum(-1, keepdims=True))
            return np.asarray(x / np.maximum(length, op.epsilon)).astype(x.dtype)

        return run
    zero, qo = int(op.input.q.zero_point), op.output.q

    def run_stored(x: Array) -> Array:
        centred = x.astype(np.int64) - zero
        length = np.sqrt(np.square(centred).sum(-1, keepdims=True).astype(np.float64))
        real = np.divide(centred, length, out=np.zeros(x.shape), where=length > 0)
        stored = np.rint(real / float(qo.scale)).astype(np.int64)
        return saturate(stored + int(qo.zero_point), op.output.dtype)

    return run_stored
