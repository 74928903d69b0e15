# SPDX-License-Identifier: MIT
"""Functions of single numbers, as `npucore.ops.Pointwise` defines them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from npucore.ops import Pointwise, PointwiseFunction
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel, is_stored
from npucore.reference.unary import prepare_unary, refuse_unary
from npucore.rewrite.functions import REAL
from npucore.tensor import Array

JUDGE = Judge.ONNX
INTEGER: Mapping[PointwiseFunction, Callable[[Array], Array]] = {
    PointwiseFunction.BITWISE_NOT: np.bitwise_not,
    PointwiseFunction.NEGATIVE: np.negative,
    PointwiseFunction.SHRINK: np.asarray,  # computed as real numbers
    PointwiseFunction.SIGN: np.sign,
}


def refuse(op: Pointwise) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if op.function is PointwiseFunction.IS_INF:
        if op.input.dtype.kind == "f" and op.output.dtype == np.bool_:
            return None
        return f"is_inf of {op.input.dtype} to {op.output.dtype}"
    if op.input.dtype.kind in "iu" and op.input.quantization is None:
        known = op.function in INTEGER and op.input.dtype == op.output.dtype
        return None if known else f"{op.function} of {op.input.dtype}"
    if op.function not in REAL:
        return f"{op.function} of {op.input.dtype}"
    return refuse_unary(op, op.input, op.output)


def prepare(op: Pointwise, rounding: Rounding) -> Kernel:
    """A table for bytes, float64 for floats."""
    if op.function is PointwiseFunction.IS_INF:
        return lambda x: np.isinf(x) & np.where(x > 0, op.alpha != 0, op.beta != 0)
    plain = op.input.dtype.kind in "iu" and not is_stored(op.input)
    if plain and op.function is not PointwiseFunction.SHRINK:
        return INTEGER[op.function]
    function = REAL[op.function]

    def real(x: Array) -> Array:
        return function(x.astype(np.float64), op.alpha, op.beta)

    if plain:
        return lambda x: real(x).astype(op.output.dtype)
    return prepare_unary(op.input, op.output, real, rounding)
