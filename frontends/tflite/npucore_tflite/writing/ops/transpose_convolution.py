# SPDX-License-Identifier: MIT
"""TRANSPOSE_CONV."""

from __future__ import annotations

from npucore.ops import TransposeConvolution
from npucore_tflite.writing.forms import (
    ACTIVATIONS,
    ASYMMETRIC,
    SAME,
    VALID,
    Forms,
    Spec,
    Written,
    bias_of,
    constant,
    symmetric,
)
from npucore_tflite.writing.spec import OperatorSpec


def transpose_convolution(op: TransposeConvolution, spec: Spec) -> Written:
    """The border cut off is SAME's or none: the smaller half before."""
    if not symmetric(op.weights):
        return ASYMMETRIC
    sizes = zip(op.kernel, op.stride, strict=True)
    rows, columns = (max(kernel - stride, 0) for kernel, stride in sizes)
    same = (rows // 2, rows - rows // 2, columns // 2, columns - columns // 2)
    if any(op.padding) and op.padding != same:
        return f"TFLite cuts off {same} or nothing, not {tuple(op.padding)}"
    operands = [constant(op.output.shape), spec(op.weights), spec(op.input), bias_of(op, spec)]
    options = {
        "padding": SAME if any(op.padding) else VALID,
        "strideH": op.stride[0],
        "strideW": op.stride[1],
        "fusedActivationFunction": ACTIVATIONS[op.activation],
    }
    return [OperatorSpec("TRANSPOSE_CONV", operands, [spec(op.output)], options)]


FORMS: Forms = {"transpose_convolution": transpose_convolution}
