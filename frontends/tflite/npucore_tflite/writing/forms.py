# SPDX-License-Identifier: MIT
"""Helpers for writing ops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import tflite

from npucore import ops
from npucore.ops import Activation, Op, Padding
from npucore.tensor import Tensor
from npucore_tflite.padding import same_padding
from npucore_tflite.writing.spec import OperatorSpec, TensorSpec

SAME, VALID = tflite.Padding.SAME, tflite.Padding.VALID
ACTIVATIONS = {
    Activation.NONE: tflite.ActivationFunctionType.NONE,
    Activation.RELU: tflite.ActivationFunctionType.RELU,
    Activation.RELU_N1_TO_1: tflite.ActivationFunctionType.RELU_N1_TO_1,
    Activation.RELU6: tflite.ActivationFunctionType.RELU6,
}

Spec = Callable[[Tensor], TensorSpec]
Written = Sequence[OperatorSpec] | str
"""Operators in order, or why TFLite has no form of the op."""
Form = Callable[[Any, Spec], Written]
"""How an op of one class is written."""
Forms = Mapping[str, Form]


def plain(name: str, *fields: str, **options: Any) -> Form:
    """An operator whose operands are fields of the op.

    *options* gives for an option of the operator the op's field that it is.
    """

    def write(op: Op, spec: Spec) -> Written:
        operands = [spec(getattr(op, field)) for field in fields]
        values = {option: getattr(op, field) for option, field in options.items()}
        return [OperatorSpec(name, operands, [spec(t) for t in op.outputs], values)]

    return write


def clamped(name: str) -> Form:
    """An operator of two maps with a fused activation."""

    def write(op: ops.Add | ops.Div | ops.Mul | ops.Subtract, spec: Spec) -> Written:
        options = {"fusedActivationFunction": ACTIVATIONS[op.activation]}
        return [OperatorSpec(name, [spec(op.a), spec(op.b)], [spec(op.output)], options)]

    return write


def constant(values: npt.ArrayLike, dtype: npt.DTypeLike = np.int32) -> TensorSpec:
    """A tensor with its data."""
    data = np.asarray(values, dtype)
    return TensorSpec(data.shape, data.dtype, data=data)


def pairs(padding: Padding) -> list[list[int]]:
    """Rows and columns before and after, as TFLite lists them."""
    return [[padding.top, padding.bottom], [padding.left, padding.right]]


def scheme(
    padding: Padding,
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int] = (1, 1),
) -> int | None:
    """SAME or VALID, whichever means *padding*; None if neither does."""
    if not any(padding):
        return int(VALID)
    rows, columns = (same_padding(size[i], kernel[i], stride[i], dilation[i]) for i in range(2))
    return int(SAME) if padding == Padding(*rows, *columns) else None


ASYMMETRIC = "TFLite reads zero points of int8 weights as 0"


def symmetric(weights: Tensor) -> bool:
    """Whether TFLite would honour the zero points: it reads those of int8 weights as 0."""
    return weights.dtype != np.int8 or not weights.q.zero_point.any()


Weighing = ops.Convolution | ops.FullyConnected | ops.TransposeConvolution


def bias_of(op: Weighing, spec: Spec) -> TensorSpec:
    """The bias, in units of the accumulator as LiteRT checks; zeros where there is none."""
    real = op.input.quantization is None
    zeros = constant(np.zeros(op.weights.shape[0]), np.float32 if real else np.int32)
    bias = zeros if op.bias is None else spec(op.bias)
    return bias if real else replace(bias, scale=op.input.q.scale * op.weights.q.scale)


def reducing(name: str) -> Form:
    """An operator that reduces over constant axes."""

    def write(op: ops.Mean | ops.Reduce | ops.ReduceMax | ops.ReduceSum, spec: Spec) -> Written:
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
