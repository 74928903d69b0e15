# SPDX-License-Identifier: MIT
"""Small .tflite files, written from a description of their tensors and operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import flatbuffers
import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema

from npucore.conformance.litert.spec import GraphSpec, OperatorSpec, TensorSpec

__all__ = ["GraphSpec", "OperatorSpec", "TensorSpec", "model"]

IDENTIFIER = b"TFL3"

OPTIONS = {
    "ADD": "AddOptions",
    "ARG_MAX": "ArgMaxOptions",
    "ARG_MIN": "ArgMinOptions",
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "BATCH_MATMUL": "BatchMatMulOptions",
    "BIDIRECTIONAL_SEQUENCE_LSTM": "BidirectionalSequenceLSTMOptions",
    "BIDIRECTIONAL_SEQUENCE_RNN": "BidirectionalSequenceRNNOptions",
    "BROADCAST_TO": "BroadcastToOptions",
    "BUCKETIZE": "BucketizeOptions",
    "CALL_ONCE": "CallOnceOptions",
    "CAST": "CastOptions",
    "CONCATENATION": "ConcatenationOptions",
    "CONV_2D": "Conv2DOptions",
    "CONV_3D": "Conv3DOptions",
    "CONV_3D_TRANSPOSE": "Conv3DOptions",
    "CUMSUM": "CumsumOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "DEPTH_TO_SPACE": "DepthToSpaceOptions",
    "DIV": "DivOptions",
    "FAKE_QUANT": "FakeQuantOptions",
    "FULLY_CONNECTED": "FullyConnectedOptions",
    "GATHER": "GatherOptions",
    "GELU": "GeluOptions",
    "IF": "IfOptions",
    "L2_NORMALIZATION": "L2NormOptions",
    "L2_POOL_2D": "Pool2DOptions",
    "LEAKY_RELU": "LeakyReluOptions",
    "LOCAL_RESPONSE_NORMALIZATION": "LocalResponseNormalizationOptions",
    "LSTM": "LSTMOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "MEAN": "ReducerOptions",
    "MIRROR_PAD": "MirrorPadOptions",
    "MUL": "MulOptions",
    "ONE_HOT": "OneHotOptions",
    "PACK": "PackOptions",
    "REDUCE_ALL": "ReducerOptions",
    "REDUCE_ANY": "ReducerOptions",
    "REDUCE_MAX": "ReducerOptions",
    "REDUCE_MIN": "ReducerOptions",
    "REDUCE_PROD": "ReducerOptions",
    "REDUCE_WINDOW": "ReduceWindowOptions",
    "RESHAPE": "ReshapeOptions",
    "RESIZE_BILINEAR": "ResizeBilinearOptions",
    "RESIZE_NEAREST_NEIGHBOR": "ResizeNearestNeighborOptions",
    "REVERSE_SEQUENCE": "ReverseSequenceOptions",
    "RNN": "RNNOptions",
    "SHAPE": "ShapeOptions",
    "SOFTMAX": "SoftmaxOptions",
    "SPACE_TO_DEPTH": "SpaceToDepthOptions",
    "SPARSE_TO_DENSE": "SparseToDenseOptions",
    "SPLIT": "SplitOptions",
    "SPLIT_V": "SplitVOptions",
    "SQUEEZE": "SqueezeOptions",
    "STRIDED_SLICE": "StridedSliceOptions",
    "SUB": "SubOptions",
    "SUM": "ReducerOptions",
    "SVDF": "SVDFOptions",
    "TRANSPOSE_CONV": "TransposeConvOptions",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "UnidirectionalSequenceLSTMOptions",
    "UNIDIRECTIONAL_SEQUENCE_RNN": "SequenceRNNOptions",
    "UNIQUE": "UniqueOptions",
    "UNPACK": "UnpackOptions",
    "VAR_HANDLE": "VarHandleOptions",
    "WHILE": "WhileOptions",
}
"""Operators that carry options -> their table in the schema."""

VERSIONS = {"BROADCAST_TO": 2}
"""Operators that LiteRT knows in a later version only."""


def model(
    operators: Sequence[OperatorSpec],
    inputs: Sequence[TensorSpec],
    outputs: Sequence[TensorSpec],
    others: Sequence[GraphSpec] = (),
    signatures: Mapping[str, GraphSpec] | None = None,
) -> bytes:
    """A file with one subgraph, and *others* after it.

    *signatures* are names of ways into the file; those of their ends are the tensors' own.
    """
    root = schema.ModelT()
    root.version, root.subgraphs, root.buffers = 3, [], [schema.BufferT()]
    root.operatorCodes = []
    graphs = [GraphSpec(operators, inputs, outputs), *others]
    for graph in graphs:
        root.subgraphs.append(_graph(root, graph))
    root.signatureDefs = [
        _signature(key, graph, 0 if graph not in graphs else graphs.index(graph))
        for key, graph in (signatures or {}).items()
    ]
    builder = flatbuffers.Builder()
    builder.Finish(root.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


def _graph(root: Any, spec: GraphSpec) -> Any:
    used = [t for o in spec.operators for t in (*o.operands, *o.results) if t is not None]
    tensors = list(dict.fromkeys([*spec.inputs, *used, *spec.outputs]))
    graph = schema.SubGraphT()
    graph.tensors = [_tensor(root, i, tensor) for i, tensor in enumerate(tensors)]
    place = {tensor: i for i, tensor in enumerate(tensors)} | {None: -1}
    graph.operators = []
    for operator in spec.operators:
        root.operatorCodes.append(_code(operator.name, operator.version))
        graph.operators.append(_operator(len(root.operatorCodes) - 1, operator, place))
    graph.inputs = [place[tensor] for tensor in spec.inputs]
    graph.outputs = [place[tensor] for tensor in spec.outputs]
    return graph


def _signature(key: str, graph: GraphSpec, index: int) -> Any:
    signature = schema.SignatureDefT()
    signature.signatureKey, signature.subgraphIndex = key.encode(), index
    used = [t for o in graph.operators for t in (*o.operands, *o.results) if t is not None]
    tensors = list(dict.fromkeys([*graph.inputs, *used, *graph.outputs]))
    for field_name, ends in (("inputs", graph.inputs), ("outputs", graph.outputs)):
        maps = []
        for tensor in ends:
            entry = schema.TensorMapT()
            entry.name, entry.tensorIndex = tensor.name.encode(), tensors.index(tensor)
            maps.append(entry)
        setattr(signature, field_name, maps)
    return signature


def _tensor(root: Any, index: int, spec: TensorSpec) -> Any:
    tensor = schema.TensorT()
    tensor.name = (spec.name or f"t{index}").encode()
    tensor.shape = list(spec.shape)
    if spec.open_shape:
        tensor.shapeSignature = list(spec.open_shape)
    tensor.isVariable = spec.variable
    tensor.type = _type(spec.dtype)
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


def _type(dtype: npt.DTypeLike) -> int:
    """The schema's number of a dtype; ``resource`` and ``int4`` are known by name."""
    if isinstance(dtype, str) and hasattr(schema.TensorType, dtype.upper()):
        return int(getattr(schema.TensorType, dtype.upper()))
    kind = np.dtype(dtype)
    return int(getattr(schema.TensorType, "BOOL" if kind == np.bool_ else kind.name.upper()))


def _code(name: str, version: int) -> Any:
    code = schema.OperatorCodeT()
    number = getattr(schema.BuiltinOperator, name, None)
    if number is None:
        number, code.customCode = schema.BuiltinOperator.CUSTOM, name.encode()
    code.builtinCode, code.deprecatedBuiltinCode = number, min(number, 127)
    code.version = version or VERSIONS.get(name, 1)
    return code


def _operator(code: int, spec: OperatorSpec, place: Mapping[TensorSpec | None, int]) -> Any:
    operator = schema.OperatorT()
    operator.opcodeIndex = code
    operator.inputs = [place[tensor] for tensor in spec.operands]
    operator.outputs = [place[tensor] for tensor in spec.results]
    if kind := OPTIONS.get(spec.name):
        table = getattr(schema, f"{kind}T")()
        second = not hasattr(schema.BuiltinOptions, kind)
        if second:
            operator.builtinOptions2Type = getattr(schema.BuiltinOptions2, kind)
            operator.builtinOptions2 = table
        else:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
            operator.builtinOptions = table
        for option, value in spec.options.items():
            assert hasattr(table, option), option
            setattr(table, option, value)
    if spec.custom_options:
        operator.customOptions = list(spec.custom_options)
    return operator
