# SPDX-License-Identifier: MIT
"""The .tflite file of described tensors and operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import flatbuffers
import numpy as np
import numpy.typing as npt
import tflite

from npucore.tensor import Array
from npucore_tflite.writing.spec import GraphSpec, OperatorSpec, TensorSpec

__all__ = ["GraphSpec", "OperatorSpec", "TensorSpec", "model"]

IDENTIFIER, VERSION = b"TFL3", 3
ALIGNMENT, OFFSET_BYTES = 16, 4
FLOOR_BYTES = 1 << 16  # beside the constants, so that the builder seldom has to grow
LARGEST_FORMER_CODE = 127  # in the field that operators had before there were more of them

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
    return _File([GraphSpec(operators, inputs, outputs), *others], signatures or {}).data()


class _File:
    """Collects what several subgraphs share: operators' codes and buffers of constants."""

    def __init__(self, graphs: Sequence[GraphSpec], signatures: Mapping[str, GraphSpec]) -> None:
        self._graphs, self._signatures = graphs, signatures
        self._tensors = [_tensors_of(graph) for graph in graphs]
        data = [t.data for tensors in self._tensors for t in tensors if t.data is not None]
        constants = sum(array.nbytes for array in data)
        self._builder = flatbuffers.Builder(constants + FLOOR_BYTES)
        self._codes: dict[tuple[str, int], int] = {}
        self._buffers = [self._table("Buffer")]  # the first is everybody's who has no data

    def data(self) -> bytes:
        """The file's bytes."""
        pairs = zip(self._graphs, self._tensors, strict=True)
        subgraphs = [self._subgraph(graph, tensors) for graph, tensors in pairs]
        codes = [self._code(*code) for code in self._codes]
        signatures = [self._signature(*each) for each in self._signatures.items()]
        root = self._table(
            "Model",
            version=VERSION,
            operatorCodes=self._offsets(codes),
            subgraphs=self._offsets(subgraphs),
            buffers=self._offsets(self._buffers),
            signatureDefs=self._offsets(signatures),
        )
        self._builder.Finish(root, IDENTIFIER)
        return bytes(self._builder.Output())

    def _subgraph(self, spec: GraphSpec, specs: Sequence[TensorSpec]) -> int:
        place: dict[TensorSpec | None, int] = {None: -1}
        place |= {tensor: number for number, tensor in enumerate(specs)}
        tensors = [self._tensor(number, tensor) for number, tensor in enumerate(specs)]
        operators = [self._operator(operator, place) for operator in spec.operators]
        return self._table(
            "SubGraph",
            tensors=self._offsets(tensors),
            inputs=self._numbers([place[tensor] for tensor in spec.inputs]),
            outputs=self._numbers([place[tensor] for tensor in spec.outputs]),
            operators=self._offsets(operators),
        )

    def _signature(self, key: str, graph: GraphSpec) -> int:
        index = self._graphs.index(graph) if graph in self._graphs else 0
        tensors = _tensors_of(graph)
        ends = {
            side: self._offsets(
                [
                    self._table("TensorMap", name=self._text(t.name), tensorIndex=tensors.index(t))
                    for t in listed
                ]
            )
            for side, listed in (("inputs", graph.inputs), ("outputs", graph.outputs))
        }
        name = self._text(key)
        return self._table("SignatureDef", signatureKey=name, subgraphIndex=index, **ends)

    def _tensor(self, number: int, spec: TensorSpec) -> int:
        name, shape = self._text(spec.name or f"t{number}"), self._numbers(spec.shape)
        signature = self._numbers(spec.open_shape) if spec.open_shape else None
        quantization = None if spec.scale is None else self._quantization(spec)
        buffer = 0
        if spec.data is not None:
            buffer = len(self._buffers)
            self._buffers.append(self._buffer(spec.data))
        return self._table(
            "Tensor",
            name=name,
            shape=shape,
            shapeSignature=signature,
            isVariable=spec.variable,
            type=type_of(spec.dtype),
            quantization=quantization,
            buffer=buffer,
        )

    def _quantization(self, spec: TensorSpec) -> int:
        scales = np.atleast_1d(np.asarray(spec.scale, np.float32))
        zeros = np.full(len(scales), spec.zero_point, np.int64)
        vectors = [self._builder.CreateNumpyVector(numbers) for numbers in (scales, zeros)]
        return self._table(
            "QuantizationParameters",
            scale=vectors[0],
            zeroPoint=vectors[1],
            quantizedDimension=spec.axis,
        )

    def _buffer(self, data: Array) -> int:
        """Bytes at an address that is a multiple of 16, as the schema asks for."""
        content, builder = np.ascontiguousarray(data).tobytes(), self._builder
        builder.StartVector(1, len(content), ALIGNMENT)
        builder.head -= len(content)
        builder.Bytes[builder.head : builder.head + len(content)] = content
        return self._table("Buffer", data=builder.EndVector())

    def _code(self, name: str, version: int) -> int:
        number = getattr(tflite.BuiltinOperator, name, None)
        custom = None
        if number is None:
            number, custom = tflite.BuiltinOperator.CUSTOM, self._text(name)
        return self._table(
            "OperatorCode",
            deprecatedBuiltinCode=min(number, LARGEST_FORMER_CODE),
            customCode=custom,
            version=version or VERSIONS.get(name, 1),
            builtinCode=number,
        )

    def _operator(self, spec: OperatorSpec, place: Mapping[TensorSpec | None, int]) -> int:
        code = self._codes.setdefault((spec.name, spec.version), len(self._codes))
        inputs = self._numbers([place[tensor] for tensor in spec.operands])
        outputs = self._numbers([place[tensor] for tensor in spec.results])
        options = self._options(OPTIONS[spec.name], spec) if spec.name in OPTIONS else {}
        custom = (
            self._builder.CreateByteVector(spec.custom_options) if spec.custom_options else None
        )
        return self._table(
            "Operator",
            opcodeIndex=code,
            inputs=inputs,
            outputs=outputs,
            customOptions=custom,
            **options,
        )

    def _options(self, kind: str, spec: OperatorSpec) -> dict[str, int]:
        """The operator's own table, in one of the two unions that the schema has for them."""
        fields = {name: self._option(value) for name, value in spec.options.items()}
        table = self._table(kind, **fields)
        first = getattr(tflite.BuiltinOptions, kind, None)
        if first is not None:
            return {"builtinOptionsType": first, "builtinOptions": table}
        second = getattr(tflite.BuiltinOptions2, kind)
        return {"builtinOptions2Type": second, "builtinOptions2": table}

    def _option(self, value: Any) -> Any:
        if isinstance(value, str | bytes):
            return self._text(value)
        return self._numbers(value) if isinstance(value, Sequence | np.ndarray) else value

    def _table(self, kind: str, **fields: int | None) -> int:
        """A table of the schema; fields have the names that the schema gives them."""
        builder = self._builder
        getattr(tflite, f"{kind}Start")(builder)
        for name, value in fields.items():
            if value is not None:
                getattr(tflite, f"{kind}Add{name[0].upper()}{name[1:]}")(builder, value)
        return int(getattr(tflite, f"{kind}End")(builder))

    def _text(self, text: str | bytes) -> int:
        return int(self._builder.CreateString(text))

    def _numbers(self, numbers: Sequence[int] | Array) -> int:
        return int(self._builder.CreateNumpyVector(np.asarray(numbers, np.int32)))

    def _offsets(self, tables: Sequence[int]) -> int:
        self._builder.StartVector(OFFSET_BYTES, len(tables), OFFSET_BYTES)
        for table in reversed(tables):
            self._builder.PrependUOffsetTRelative(table)
        return int(self._builder.EndVector())


def _tensors_of(graph: GraphSpec) -> list[TensorSpec]:
    """Every tensor of a subgraph, in the order of its number."""
    used = [t for o in graph.operators for t in (*o.operands, *o.results) if t is not None]
    return list(dict.fromkeys([*graph.inputs, *used, *graph.outputs]))


def type_of(dtype: npt.DTypeLike) -> int:
    """The schema's number of a dtype; ``resource`` and ``int4`` are known by name."""
    if isinstance(dtype, str) and hasattr(tflite.TensorType, dtype.upper()):
        return int(getattr(tflite.TensorType, dtype.upper()))
    kind = np.dtype(dtype)
    return int(getattr(tflite.TensorType, "BOOL" if kind == np.bool_ else kind.name.upper()))
