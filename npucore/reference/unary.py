# SPDX-License-Identifier: MIT
"""Functions of one operand: tables for bytes, numpy for floats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from npucore.ops import Op
from npucore.quantize import Rounding
from npucore.reference.kernel import (
    BYTES,
    FLOATS,
    STORED,
    Judge,
    Kernel,
    dtypes_refusal,
    quantized_refusal,
)
from npucore.reference.table import lookup, real_function
from npucore.reference.wide import wide_lookup
from npucore.rewrite.error_function import erf
from npucore.tensor import Array, Tensor


def refuse_unary(op: Op, source: Tensor, output: Tensor, *, wide: bool = False) -> str | None:
    """A float dtype to itself, and bytes to bytes; with *wide* int16 to itself as well."""
    stored = STORED if wide else BYTES
    return dtypes_refusal(op, *FLOATS, *stored, tensors=(source, output)) or quantized_refusal(op)


def prepare_unary(
    source: Tensor, output: Tensor, function: Callable[[Array], Array], rounding: Rounding
) -> Kernel:
    """A kernel for *function*, which works in the dtype of its argument."""
    if source.dtype == np.int16:
        return wide_lookup(source, output, function)
    if source.dtype.kind != "f":
        return lookup(source, output, real_function(source, output, function, rounding))

    def run(x: Array) -> Array:
        return function(x).astype(output.dtype, copy=False)

    return run


def refuse_fixed(op: Op, source: Tensor, output: Tensor) -> str | None:
    """As `refuse_unary`; an int16 result has the scale of 2**-15 that TFLite's kernels give."""
    if reason := refuse_unary(op, source, output, wide=True):
        return reason
    if output.dtype == np.int16 and float(output.q.scale) != 2.0**-15:
        return f"an int16 result of scale {float(output.q.scale)}, wanted 1/32768"
    return None


@dataclass(frozen=True, slots=True)
class Unary:
    """The kernels of an op that is *function* of every number, as `prepare_unary` has it."""

    function: Callable[[Array], Array]
    wide: bool = False  # whether int16 is taken as well
    JUDGE: Judge | None = Judge.ONNX

    def refuse(self, op: Op) -> str | None:
        """Why the CPU cannot compute *op*, or None."""
        return refuse_unary(op, op.inputs[0], op.outputs[0], wide=self.wide)

    def prepare(self, op: Op, rounding: Rounding) -> Kernel:
        """A table for bytes, numpy for floats."""
        return prepare_unary(op.inputs[0], op.outputs[0], self.function, rounding)


UNARY: Mapping[str, Unary] = {
    "erf": Unary(erf),
    "exp": Unary(np.exp, wide=True),
    "floor": Unary(np.floor),
    "log": Unary(np.log),
    "round": Unary(np.rint),
}
"""Name of an op -> its kernels, where there is nothing more to say than its function."""
