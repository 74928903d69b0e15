# SPDX-License-Identifier: MIT
"""Small .tflite files, written from a description of their tensors and operators.

LiteRT's schema is imported when a file is written: without it the test is skipped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
import numpy.typing as npt
import pytest

from npucore.tensor import Array, Shape

IDENTIFIER = b"TFL3"
SCHEMA = "ai_edge_litert.schema_py_generated"

OPTIONS = {
    "ADD": "AddOptions",
    "ARG_MAX": "ArgMaxOptions",
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "BATCH_MATMUL": "BatchMatMulOptions",
    "CAST": "CastOptions",
    "CONCATENATION": "ConcatenationOptions",
    "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "DEPTH_TO_SPACE": "DepthToSpaceOptions",
    "DIV": "DivOptions",
    "FULLY_CONNECTED": "FullyConnectedOptions",
    "LEAKY_RELU": "LeakyReluOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "MEAN": "ReducerOptions",
    "MUL": "MulOptions",
    "PACK": "PackOptions",
    "RESHAPE": "ReshapeOptions",
    "RESIZE_BILINEAR": "ResizeBilinearOptions",
    "RESIZE_NEAREST_NEIGHBOR": "ResizeNearestNeighborOptions",
    "SHAPE": "ShapeOptions",
    "SOFTMAX": "SoftmaxOptions",
    "SPLIT": "SplitOptions",
    "SPLIT_V": "SplitVOptions",
    "SQUEEZE": "SqueezeOptions",
    "STRIDED_SLICE": "StridedSliceOptions",
    "SUB": "SubOptions",
    "TRANSPOSE_CONV": "TransposeConvOptions",
    "UNPACK": "UnpackOptions",
}
"""Operators that carry options -> their table in the schema."""

SAME, VALID = 0, 1
ACTIVATIONS = {"none": 0, "relu": 1, "relu_n1_to_1": 2, "relu6": 3}


@dataclass(frozen=True, eq=False)
class TensorSpec:
    """A tensor to be written; several *scale* are per channel along *axis*."""

    shape: Shape
    dtype: npt.DTypeLike = np.float32
    scale: npt.ArrayLike | None = None
    zero_point: int = 0
    axis: int = 0
    data: Array | None = None
    name: str = ""


@dataclass(frozen=True, eq=False)
class OperatorSpec:
    """An operator to be written; a name that the schema does not have is a custom operator's.

    None stands for an operand that is left out. *options* have the names of the schema's fields.
    """

    name: str
    operands: Sequence[TensorSpec | None]
    results: Sequence[TensorSpec]
    options: Mapping[str, Any] = field(default_factory=dict)
    custom_options: bytes = b""


def tensor(
    shape: Shape, dtype: npt.DTypeLike = np.int8, scale: float = 0.1, zero_point: int = 3
) -> TensorSpec:
    """A tensor, quantized if it holds bytes; *zero_point* is an int8's, uint8 has 128 more."""
    if np.dtype(dtype) not in (np.int8, np.uint8):
        return TensorSpec(shape, dtype)
    offset = 128 if np.dtype(dtype) == np.uint8 else 0
    return TensorSpec(shape, dtype, scale, zero_point + offset)


def constant(
    values: npt.ArrayLike, dtype: npt.DTypeLike = np.int32, **quantization: Any
) -> TensorSpec:
    """A tensor with its data."""
    data = np.asarray(values, dtype)
    return TensorSpec(data.shape, dtype, data=data, **quantization)


def draw(rng: np.random.Generator, tensor: TensorSpec) -> Array:
    """Random values for *tensor*: all bytes, integers to 1000, normally distributed floats."""
    dtype = np.dtype(tensor.dtype)
    if dtype.kind == "f":
        return rng.normal(size=tensor.shape).astype(dtype)
    if dtype == np.bool_:
        return rng.integers(0, 2, tensor.shape).astype(dtype)
    low, high = (np.iinfo(dtype).min, np.iinfo(dtype).max) if dtype.itemsize == 1 else (-1000, 1000)
    return rng.integers(low, high + 1, tensor.shape).astype(dtype)


def every_byte(dtype: npt.DTypeLike) -> Array:
    """All 256 values of an 8-bit dtype, as a map of 16 x 16 pixels: (1, 16, 16, 1)."""
    return np.arange(256, dtype=np.uint8).view(dtype).reshape(1, 16, 16, 1)


def every_pair(dtype: npt.DTypeLike) -> tuple[Array, Array]:
    """All pairs of values of an 8-bit dtype: (256, 256) each."""
    values = np.arange(256, dtype=np.uint8).view(dtype)
    first, second = np.meshgrid(values, values, indexing="ij")
    return first, second


def single(
    name: str, operands: Sequence[TensorSpec | None], *results: TensorSpec, **options: Any
) -> bytes:
    """A file with one operator; operands without data are the inputs, in order."""
    inputs = [t for t in dict.fromkeys(operands) if t is not None and t.data is None]
    return model([OperatorSpec(name, operands, results, options)], inputs, results)


def model(
    operators: Sequence[OperatorSpec],
    inputs: Sequence[TensorSpec],
    outputs: Sequence[TensorSpec],
) -> bytes:
    """A file with one subgraph."""
    schema = pytest.importorskip(SCHEMA, reason="ai-edge-litert is not installed")
    used = [t for o in operators for t in (*o.operands, *o.results) if t is not None]
    tensors = list(dict.fromkeys([*inputs, *used, *outputs]))
    graph = schema.SubGraphT()
    root = schema.ModelT()
    root.version, root.subgraphs, root.buffers = 3, [graph], [schema.BufferT()]
    graph.tensors = [_tensor(schema, root, i, tensor) for i, tensor in enumerate(tensors)]
    root.operatorCodes = [_code(schema, operator.name) for operator in operators]
    place = {tensor: i for i, tensor in enumerate(tensors)} | {None: -1}
    graph.operators = [_operator(schema, i, o, place) for i, o in enumerate(operators)]
    graph.inputs = [place[tensor] for tensor in inputs]
    graph.outputs = [place[tensor] for tensor in outputs]
    builder = flatbuffers.Builder()
    builder.Finish(root.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


def _tensor(schema: Any, root: Any, index: int, spec: TensorSpec) -> Any:
    tensor = schema.TensorT()
    tensor.name = (spec.name or f"t{index}").encode()
    tensor.shape = list(spec.shape)
    dtype = np.dtype(spec.dtype)
    tensor.type = getattr(schema.TensorType, "BOOL" if dtype == np.bool_ else dtype.name.upper())
    if spec.scale is not None:
        quantization = tensor.quantization = schema.QuantizationParametersT()
        scales = np.atleast_1d(np.asarray(spec.scale, np.float32))
        quantization.scale = scales.tolist()
        quantization.zeroPoint = [spec.zero_point] * len(scales)
        quantization.quantizedDimension = spec.axis
    tensor.buffer = 0
    if spec.data is not None:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(np.ascontiguousarray(spec.data).tobytes(), np.uint8)
        tensor.buffer = len(root.buffers)
        root.buffers.append(buffer)
    return tensor


def _code(schema: Any, name: str) -> Any:
    code = schema.OperatorCodeT()
    number = getattr(schema.BuiltinOperator, name, None)
    if number is None:
        number, code.customCode = schema.BuiltinOperator.CUSTOM, name.encode()
    code.builtinCode, code.deprecatedBuiltinCode, code.version = number, min(number, 127), 1
    return code


def _operator(
    schema: Any, code: int, spec: OperatorSpec, place: Mapping[TensorSpec | None, int]
) -> Any:
    operator = schema.OperatorT()
    operator.opcodeIndex = code
    operator.inputs = [place[tensor] for tensor in spec.operands]
    operator.outputs = [place[tensor] for tensor in spec.results]
    if kind := OPTIONS.get(spec.name):
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
        operator.builtinOptions = getattr(schema, f"{kind}T")()
        for option, value in spec.options.items():
            assert hasattr(operator.builtinOptions, option), option
            setattr(operator.builtinOptions, option, value)
    if spec.custom_options:
        operator.customOptions = list(spec.custom_options)
    return operator
