# SPDX-License-Identifier: MIT
"""Reductions over axes, as `npucore.ops.Reduce` defines them."""

from __future__ import annotations

from typing import Any

import numpy as np

from npucore.ops import Reduce, Reduction
from npucore.quantize import Rounding
from npucore.reference.kernel import FLOATS, Judge, Kernel, dtypes_refusal, is_stored, moved_refusal
from npucore.tensor import Array

JUDGE = Judge.ONNX


def refuse(op: Reduce) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if op.function in (Reduction.ALL, Reduction.ANY):
        return dtypes_refusal(op, np.bool_, tensors=(op.input, op.output))
    if op.function is Reduction.LOG_SUM_EXP:
        return dtypes_refusal(op, *FLOATS, tensors=(op.input, op.output))
    if op.function is Reduction.PRODUCT and is_stored(op.input):
        return f"a product of stored {op.input.dtype}"
    a, b = op.input.quantization, op.output.quantization
    if op.function is Reduction.MIN and a is not b and (a is None or b is None or not a.same_as(b)):
        return "input and output differ in quantization"
    return moved_refusal(op)


def prepare(op: Reduce, rounding: Rounding) -> Kernel:
    """Numpy's reductions; of nothing they are what leaves others as they are."""

    def run(x: Array) -> Array:
        return np.asarray(_reduced(op, x)).astype(op.output.dtype).reshape(op.output.shape)

    return run


def _reduced(op: Reduce, x: Array) -> Array:
    match op.function:
        case Reduction.ALL:
            return np.asarray(x.all(op.axes))
        case Reduction.ANY:
            return np.asarray(x.any(op.axes))
        case Reduction.MIN:
            return np.asarray(x.min(op.axes, initial=_largest(x.dtype)))
        case Reduction.PRODUCT:
            return np.asarray(x.prod(op.axes, dtype=x.dtype))
        case Reduction.LOG_SUM_EXP:
            return log_sum_exp(x, op.axes)


def _largest(dtype: np.dtype[Any]) -> float | int | bool:
    if dtype.kind == "f":
        return np.inf
    return True if dtype.kind == "b" else int(np.iinfo(dtype).max)


def log_sum_exp(x: Array, axes: tuple[int, ...]) -> Array:
    """``log(sum(exp(x)))`` over *axes*, which stay with size 1; float64."""
    wide = x.astype(np.float64)
    top = wide.max(axes, keepdims=True, initial=-np.inf)
    finite = np.where(np.isfinite(top), top, 0.0)
    total: Array = np.log(np.exp(wide - finite).sum(axes, keepdims=True)) + finite
    return total
