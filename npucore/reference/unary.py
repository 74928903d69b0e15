# SPDX-License-Identifier: MIT
"""What functions of one operand share: tables for bytes, numpy for floats."""

from __future__ import annotations

from collections.abc import Callable

from npucore.ops import Op
from npucore.quantize import Rounding
from npucore.reference.kernel import BYTES, FLOATS, Kernel, dtypes_refusal, quantized_refusal
from npucore.reference.table import lookup, real_function
from npucore.tensor import Array, Tensor


def refuse_unary(op: Op, source: Tensor, output: Tensor) -> str | None:
    """A float dtype to itself, and one 8-bit dtype to itself."""
    return dtypes_refusal(op, *FLOATS, *BYTES, tensors=(source, output)) or quantized_refusal(op)


def prepare_unary(
    source: Tensor, output: Tensor, function: Callable[[Array], Array], rounding: Rounding
) -> Kernel:
    """A kernel for *function*, which works in the dtype of its argument."""
    if source.dtype.kind != "f":
        return lookup(source, output, real_function(source, output, function, rounding))

    def run(x: Array) -> Array:
        return function(x).astype(output.dtype, copy=False)

    return run
