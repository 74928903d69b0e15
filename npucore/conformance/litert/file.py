# SPDX-License-Identifier: MIT
"""Small .tflite files, written from a description of their tensors and operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema

from npucore.tensor import Array, Shape

IDENTIFIER = b"TFL3"

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
    "GATHER": "GatherOptions",
    "LEAKY_RELU": "LeakyReluOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "MEAN": "ReducerOptions",
    "MUL": "MulOptions",
    "PACK": "PackOptions",
    "REDUCE_MAX": "ReducerOptions",
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
    "SUM": "ReducerOptions",
    "TRANSPOSE_CONV": "TransposeConvOptions",
    "UNPACK": "UnpackOptions",
}
"""Operators that carry options -> their table in the schema."""

VERSIONS = {"BROADCAST_TO": 2}
"""Operators that LiteRT knows in a later version only."""


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


def model(
    operators: Sequence[OperatorSpec],
    inputs: Sequence[TensorSpec],
    outputs: Sequence[TensorSpec],
) -> bytes:
    """A file with one subgraph."""
    used = [t for o in operators for t in (*o.operands, *o.results) if t is not None]
    tensors = list(dict.fromkeys([*inputs, *used, *outputs]))
    graph = schema.SubGraphT()
    root = schema.ModelT()
    root.version, root.subgraphs, root.buffers = 3, [graph], [schema.BufferT()]
    graph.tensors = [_tensor(root, i, tensor) for i, tensor in enumerate(tensors)]
    root.operatorCodes = [_code(operator.name) for operator in operators]
    place = {tensor: i for i, tensor in enumerate(tensors)} | {None: -1}
    graph.operators = [_operator(i, o, place) for i, o in enumerate(operators)]
    graph.inputs = [place[tensor] for tensor in inputs]
    graph.outputs = [place[tensor] for tensor in outputs]
    builder = flatbuffers.Builder()
    builder.Finish(root.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


def _tensor(root: Any, index: int, spec: TensorSpec) -> Any:
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


def _code(name: str) -> Any:
    code = schema.OperatorCodeT()
    number = getattr(schema.BuiltinOperator, name, None)
    if number is None:
        number, code.customCode = schema.BuiltinOperator.CUSTOM, name.encode()
    code.builtinCode, code.deprecatedBuiltinCode = number, min(number, 127)
    code.version = VERSIONS.get(name, 1)
    return code


def _operator(code: int, spec: OperatorSpec, place: Mapping[TensorSpec | None, int]) -> Any:
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
