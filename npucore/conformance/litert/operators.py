# SPDX-License-Identifier: MIT
"""npucore's ops as TFLite's operators."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from npucore import ops
from npucore.conformance.litert.file import OperatorSpec, TensorSpec
from npucore.conformance.maker import same_padding
from npucore.ops import Activation, Op, Padding, PoolingType
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


def plain(name: str, *fields: str, **options: Any) -> Callable[[Any, Spec], Written]:
    """An operator whose operands are fields of the op, and its options constants."""

    def write(op: Op, spec: Spec) -> Written:
        operands = [spec(getattr(op, field)) for field in fields]
        return [OperatorSpec(name, operands, [spec(t) for t in op.outputs], options)]

    return write


def clamped(name: str) -> Callable[[Any, Spec], Written]:
    """An operator of two maps with a fused activation."""

    def write(op: ops.Add | ops.Div | ops.Mul | ops.Subtract, spec: Spec) -> Written:
        options = {"fusedActivationFunction": ACTIVATIONS[op.activation]}
        return [OperatorSpec(name, [spec(op.a), spec(op.b)], [spec(op.output)], options)]

    return write


def _constant(values: npt.ArrayLike, dtype: str = "int32") -> TensorSpec:
    data = np.asarray(values, dtype)
    return TensorSpec(data.shape, dtype, data=data)


def _pairs(padding: Padding) -> list[list[int]]:
    return [[padding.top, padding.bottom], [padding.left, padding.right]]


def _symmetric(weights: Tensor) -> bool:
    """Whether TFLite would honour the zero points: it reads those of int8 weights as 0."""
    return weights.dtype != np.int8 or not weights.q.zero_point.any()


def _border(op: ops.Convolution, spec: Spec) -> tuple[int, TensorSpec, list[OperatorSpec]]:
    """(SAME or VALID, what the convolution reads, a PAD where neither says it)."""
    if not any(op.padding):
        return VALID, spec(op.input), []
    n, h, w, c = op.input.shape
    if op.padding == same_padding((h, w), op.kernel, op.stride, op.dilation):
        return SAME, spec(op.input), []
    top, bottom, left, right = op.padding
    shape = (n, h + top + bottom, w + left + right, c)
    padded = spec(Tensor("padded", shape, op.input.dtype, op.input.quantization))
    borders = _constant([[0, 0], *_pairs(op.padding), [0, 0]])
    return VALID, padded, [OperatorSpec("PAD", [spec(op.input), borders], [padded])]


def convolution(op: ops.Convolution, spec: Spec) -> Written:
    """CONV_2D, or DEPTHWISE_CONV_2D with weights (1, KH, KW, O); a PAD before it if need be."""
    if not _symmetric(op.weights):
        return None
    padding, source, before = _border(op, spec)
    weights, name = spec(op.weights), "CONV_2D"
    options: dict[str, Any] = {
        "padding": padding,
        "strideH": op.stride[0],
        "strideW": op.stride[1],
        "dilationHFactor": op.dilation[0],
        "dilationWFactor": op.dilation[1],
        "fusedActivationFunction": ACTIVATIONS[op.activation],
    }
    if op.depthwise:
        name, options["depthMultiplier"] = "DEPTHWISE_CONV_2D", op.output.shape[3] // op.groups
        assert weights.data is not None
        data = np.ascontiguousarray(weights.data.transpose(3, 1, 2, 0))
        weights = TensorSpec(
            data.shape, weights.dtype, weights.scale, weights.zero_point, 3, data, "weights"
        )
    bias = _constant(np.zeros(op.weights.shape[0])) if op.bias is None else spec(op.bias)
    operands = [source, weights, bias]  # LiteRT wants a bias in any case
    return [*before, OperatorSpec(name, operands, [spec(op.output)], options)]


def fully_connected(op: ops.FullyConnected, spec: Spec) -> Written:
    """FULLY_CONNECTED, whose output has two axes, or those of the operand."""
    kept = op.output.shape[:-1] == op.input.shape[:-1]
    if not _symmetric(op.weights) or not (kept or len(op.output.shape) == 2):
        return None
    operands = [spec(op.input), spec(op.weights), None if op.bias is None else spec(op.bias)]
    options = {"fusedActivationFunction": ACTIVATIONS[op.activation], "keepNumDims": kept}
    return [OperatorSpec("FULLY_CONNECTED", operands, [spec(op.output)], options)]


def transpose_convolution(op: ops.TransposeConvolution, spec: Spec) -> Written:
    """TRANSPOSE_CONV; the border cut off is SAME's or none."""
    operands = [_constant(op.output.shape), spec(op.weights), spec(op.input)]
    operands += [] if op.bias is None else [spec(op.bias)]
    padding = SAME if any(op.padding) else VALID
    options = {"padding": padding, "strideH": op.stride[0], "strideW": op.stride[1]}
    return [OperatorSpec("TRANSPOSE_CONV", operands, [spec(op.output)], options)]


def pooling(op: ops.Pooling, spec: Spec) -> Written:
    """AVERAGE_POOL_2D or MAX_POOL_2D."""
    same = same_padding((op.input.shape[1], op.input.shape[2]), op.kernel, op.stride)
    if any(op.padding) and op.padding != same:
        return None
    options = {
        "padding": SAME if any(op.padding) else VALID,
        "filterHeight": op.kernel[0],
        "filterWidth": op.kernel[1],
        "strideH": op.stride[0],
        "strideW": op.stride[1],
        "fusedActivationFunction": ACTIVATIONS[op.activation],
    }
    name = "AVERAGE_POOL_2D" if op.type is PoolingType.AVERAGE else "MAX_POOL_2D"
    return [OperatorSpec(name, [spec(op.input)], [spec(op.output)], options)]


def reducing(name: str) -> Callable[[Any, Spec], Written]:
    """MEAN, REDUCE_MAX or SUM."""

    def write(op: ops.Mean | ops.ReduceMax | ops.ReduceSum, spec: Spec) -> Written:
        operands = [spec(op.input), _constant(op.axes)]
        return [OperatorSpec(name, operands, [spec(op.output)], {"keepDims": op.keep_axes})]

    return write


def gather(op: ops.Gather, spec: Spec) -> Written:
    """GATHER."""
    options = {"axis": op.axis}
    return [OperatorSpec("GATHER", [spec(op.input), spec(op.indices)], [spec(op.output)], options)]


def relu(op: ops.Relu, spec: Spec) -> Written:
    """RELU, RELU6 or RELU_N1_TO_1."""
    name = str(op.activation).upper()
    return [OperatorSpec(name, [spec(op.input)], [spec(op.output)])]


def leaky_relu(op: ops.LeakyRelu, spec: Spec) -> Written:
    """LEAKY_RELU."""
    return [OperatorSpec("LEAKY_RELU", [spec(op.input)], [spec(op.output)], {"alpha": op.alpha})]


def softmax(op: ops.Softmax, spec: Spec) -> Written:
    """SOFTMAX."""
    return [OperatorSpec("SOFTMAX", [spec(op.input)], [spec(op.output)], {"beta": op.beta})]


def argmax(op: ops.Argmax, spec: Spec) -> Written:
    """ARG_MAX."""
    options = {"outputType": DTYPES[op.output.dtype.name]}
    return [
        OperatorSpec("ARG_MAX", [spec(op.input), _constant(op.axis)], [spec(op.output)], options)
    ]


def batch_matmul(op: ops.BatchMatmul, spec: Spec) -> Written:
    """BATCH_MATMUL."""
    options = {"adjX": op.transpose_a, "adjY": op.transpose_b}
    return [OperatorSpec("BATCH_MATMUL", [spec(op.a), spec(op.b)], [spec(op.output)], options)]


def cast(op: ops.Cast, spec: Spec) -> Written:
    """CAST."""
    options = {
        "inDataType": DTYPES[op.input.dtype.name],
        "outDataType": DTYPES[op.output.dtype.name],
    }
    return [OperatorSpec("CAST", [spec(op.input)], [spec(op.output)], options)]


def batch_to_space(op: ops.BatchToSpace, spec: Spec) -> Written:
    """BATCH_TO_SPACE_ND."""
    operands = [spec(op.input), _constant(op.block), _constant(_pairs(op.crop))]
    return [OperatorSpec("BATCH_TO_SPACE_ND", operands, [spec(op.output)])]


def space_to_batch(op: ops.SpaceToBatch, spec: Spec) -> Written:
    """SPACE_TO_BATCH_ND."""
    operands = [spec(op.input), _constant(op.block), _constant(_pairs(op.padding))]
    return [OperatorSpec("SPACE_TO_BATCH_ND", operands, [spec(op.output)])]


def depth_to_space(op: ops.DepthToSpace, spec: Spec) -> Written:
    """DEPTH_TO_SPACE."""
    options = {"blockSize": op.block}
    return [OperatorSpec("DEPTH_TO_SPACE", [spec(op.input)], [spec(op.output)], options)]


def shaped(name: str) -> Callable[[Any, Spec], Written]:
    """An operator that is told its result's shape."""

    def write(op: ops.Broadcast | ops.Reshape, spec: Spec) -> Written:
        return [OperatorSpec(name, [spec(op.input), _constant(op.output.shape)], [spec(op.output)])]

    return write


def concatenation(op: ops.Concatenation, spec: Spec) -> Written:
    """CONCATENATION."""
    operands = [spec(t) for t in op.operands]
    return [OperatorSpec("CONCATENATION", operands, [spec(op.output)], {"axis": op.axis})]


def pack(op: ops.Pack, spec: Spec) -> Written:
    """PACK."""
    options = {"axis": op.axis, "valuesCount": len(op.operands)}
    return [OperatorSpec("PACK", [spec(t) for t in op.operands], [spec(op.output)], options)]


def unpack(op: ops.Unpack, spec: Spec) -> Written:
    """UNPACK."""
    options = {"axis": op.axis, "num": len(op.results)}
    return [OperatorSpec("UNPACK", [spec(op.input)], [spec(t) for t in op.results], options)]


def pad(op: ops.Pad, spec: Spec) -> Written:
    """PAD with what is real 0."""
    if op.value is not None or min(*op.before, *op.after) < 0:
        return None
    borders = _constant(list(zip(op.before, op.after, strict=True)))
    return [OperatorSpec("PAD", [spec(op.input), borders], [spec(op.output)])]


def resizing(name: str) -> Callable[[Any, Spec], Written]:
    """RESIZE_NEAREST_NEIGHBOR or RESIZE_BILINEAR."""

    def write(op: ops.Resize | ops.ResizeBilinear, spec: Spec) -> Written:
        options = {"alignCorners": op.align_corners, "halfPixelCenters": op.half_pixel_centers}
        operands = [spec(op.input), _constant(op.size)]
        return [OperatorSpec(name, operands, [spec(op.output)], options)]

    return write


def split(op: ops.Split, spec: Spec) -> Written:
    """SPLIT_V."""
    operands = [spec(op.input), _constant(op.sizes), _constant(op.axis)]
    options = {"numSplits": len(op.sizes)}
    return [OperatorSpec("SPLIT_V", operands, [spec(t) for t in op.results], options)]


def strided_slice(op: ops.StridedSlice, spec: Spec) -> Written:
    """STRIDED_SLICE; one that steps backwards to the front has no end that could be written."""
    steps = list(zip(op.begin, op.sizes, op.strides, strict=True))
    ends = [begin + size * stride for begin, size, stride in steps]
    if op.dropped or min(ends) < 0:
        return None
    operands = [spec(op.input), _constant(op.begin), _constant(ends), _constant(op.strides)]
    return [OperatorSpec("STRIDED_SLICE", operands, [spec(op.output)])]


def transpose(op: ops.Transpose, spec: Spec) -> Written:
    """TRANSPOSE."""
    operands = [spec(op.input), _constant(op.permutation)]
    return [OperatorSpec("TRANSPOSE", operands, [spec(op.output)])]
