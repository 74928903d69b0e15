# SPDX-License-Identifier: MIT
"""Writers of TFLite operators for the files of `npucore.conformance.cases`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from npucore import ops
from npucore.conformance.litert.spec import OperatorSpec, TensorSpec
from npucore.ops import Activation, Op, Padding
from npucore.tensor import Tensor

SAME, VALID = 0, 1
ACTIVATIONS = {
    Activation.NONE: 0,
    Activation.RELU: 1,
    Activation.RELU_N1_TO_1: 2,
    Activation.RELU6: 3,
}
DTYPES = {"float32": 0, "int32": 2, "int64": 4, "bool": 6}  # TensorType of the schema

Spec = Callable[[Tensor], TensorSpec]
Written = Iterable[OperatorSpec] | None
"""Operators in order; None for what TFLite has no form of."""
Form = Callable[[Any, Spec], Written]
"""How an op of one class is written."""


def plain(name: str, *fields: str, **options: Any) -> Form:
    """An operator whose operands are fields of the op, and its options constants."""

    def write(op: Op, spec: Spec) -> Written:
        operands = [spec(getattr(op, field)) for field in fields]
        return [OperatorSpec(name, operands, [spec(t) for t in op.outputs], options)]

    return write


def clamped(name: str) -> Form:
    """An operator of two maps with a fused activation."""

    def write(op: ops.Add | ops.Div | ops.Mul | ops.Subtract, spec: Spec) -> Written:
        options = {"fusedActivationFunction": ACTIVATIONS[op.activation]}
        return [OperatorSpec(name, [spec(op.a), spec(op.b)], [spec(op.output)], options)]

    return write


def constant(values: npt.ArrayLike, dtype: str = "int32") -> TensorSpec:
    """A tensor with its data."""
    data = np.asarray(values, dtype)
    return TensorSpec(data.shape, dtype, data=data)


def pairs(padding: Padding) -> list[list[int]]:
    """Rows and columns before and after, as TFLite lists them."""
    return [[padding.top, padding.bottom], [padding.left, padding.right]]


def symmetric(weights: Tensor) -> bool:
    """Whether TFLite would honour the zero points: it reads those of int8 weights as 0."""
    return weights.dtype != np.int8 or not weights.q.zero_point.any()


def reducing(name: str) -> Form:
    """MEAN, REDUCE_MAX or SUM."""

    def write(op: ops.Mean | ops.ReduceMax | ops.ReduceSum, spec: Spec) -> Written:
        operands = [spec(op.input), constant(op.axes)]
        return [OperatorSpec(name, operands, [spec(op.output)], {"keepDims": op.keep_axes})]

    return write


def shaped(name: str) -> Form:
    """An operator that is told its result's shape."""

    def write(op: ops.Broadcast | ops.Reshape, spec: Spec) -> Written:
        return [OperatorSpec(name, [spec(op.input), constant(op.output.shape)], [spec(op.output)])]

    return write


def resizing(name: str) -> Form:
    """RESIZE_NEAREST_NEIGHBOR or RESIZE_BILINEAR."""

    def write(op: ops.Resize | ops.ResizeBilinear, spec: Spec) -> Written:
        options = {"alignCorners": op.align_corners, "halfPixelCenters": op.half_pixel_centers}
        operands = [spec(op.input), constant(op.size)]
        return [OperatorSpec(name, operands, [spec(op.output)], options)]

    return write
