# SPDX-License-Identifier: MIT
"""The same bytes, as `npucore.ops.Bitcast` defines them."""

from __future__ import annotations

import numpy as np

from npucore.ops import Bitcast
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Bitcast) -> str | None:
    """Plain numbers."""
    for tensor in (op.input, op.output):
        if tensor.dtype.kind not in "iuf":
            return f"bytes of {tensor.dtype}"
    return None


def prepare(op: Bitcast, rounding: Rounding) -> Kernel:
    """A view."""

    def run(x: Array) -> Array:
        whole = np.ascontiguousarray(x).reshape(-1)
        return whole.view(op.output.dtype).reshape(op.output.shape)

    return run
