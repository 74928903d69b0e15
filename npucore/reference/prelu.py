# SPDX-License-Identifier: MIT
"""The rectifier with a slope for each element, as `npucore.ops.Prelu` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import Prelu
from npucore.quantize import Rounding
from npucore.reference.kernel import BYTES, FLOATS, Judge, Kernel, dtypes_refusal, quantized_refusal
from npucore.reference.table import rescaled, saturate
from npucore.tensor import Array

JUDGE = Judge.LITERT


def refuse(op: Prelu) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    tensors = (op.input, op.alpha, op.output)
    return dtypes_refusal(op, *FLOATS, *BYTES, tensors=tensors) or quantized_refusal(op)


def prepare(op: Prelu, rounding: Rounding) -> Kernel:
    """Plain numpy. Source: TFLite reference BroadcastPrelu4DSlow."""
    if op.input.dtype.kind == "f":

        def run(x: Array, alpha: Array) -> Array:
            result: Array = np.where(x >= 0, x, x * alpha)
            return result

        return run
    qi, qa, qo = op.input.q, op.alpha.q, op.output.q
    identity = float(qi.scale / qo.scale)  # in float32, as TFLite's PreluPrepare has it
    slope = float(qi.scale * qa.scale / qo.scale)

    def run_stored(x: Array, alpha: Array) -> Array:
        centred = x.astype(np.int64) - int(qi.zero_point)
        below = rescaled(centred * (alpha.astype(np.int64) - int(qa.zero_point)), slope, rounding)
        above = rescaled(centred, identity, rounding)
        stored = np.where(centred >= 0, above, below) + int(qo.zero_point)
        return saturate(stored, op.output.dtype)

    return run_stored
