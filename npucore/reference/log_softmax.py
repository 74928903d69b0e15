# SPDX-License-Identifier: MIT
"""The logarithm of softmax, as `npucore.ops.LogSoftmax` defines it."""

from __future__ import annotations

import numpy as np

from npucore.ops import LogSoftmax
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.reduce import log_sum_exp
from npucore.reference.table import saturate
from npucore.reference.unary import refuse_unary
from npucore.tensor import Array

JUDGE = Judge.ONNX


def refuse(op: LogSoftmax) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if not op.input.shape or op.input.shape[-1] == 0:
        return "a softmax over nothing"
    return refuse_unary(op, op.input, op.output)


def prepare(op: LogSoftmax, rounding: Rounding) -> Kernel:
    """Float64, rounded once. Source of bytes: TFLite activations.cc, LogSoftmaxQuantized."""
    if op.input.dtype.kind == "f":
        return lambda x: _real(x).astype(op.output.dtype)
    scale, qo = op.input.q.scale, op.output.q

    def run(x: Array) -> Array:
        real = _real(x.astype(np.float32) * scale).astype(np.float32)
        stored = np.rint(real / qo.scale).astype(np.int64) + int(qo.zero_point)
        return saturate(stored, op.output.dtype)

    return run


def _real(x: Array) -> Array:
    return x.astype(np.float64) - log_sum_exp(x, (x.ndim - 1,))
