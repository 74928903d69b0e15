# SPDX-License-Identifier: MIT
"""Bytes -> plain records. Every look into a file that nobody has vouched for happens here.

protobuf itself refuses what it cannot parse; everything else that may be wrong with a message
becomes `InvalidModelError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from npucore.errors import InvalidModelError, NpucoreError, UnsupportedError
from npucore.files.boundary import DAMAGE
from npucore_onnx.attributes import read_attributes
from npucore_onnx.halves import BFLOAT16, bfloat16
from npucore_onnx.package import onnx
from npucore_onnx.records import Dimension, EndRecord, ModelRecord, NodeRecord, Operand

LARGEST_NODES = 1 << 16
OWN_DOMAINS = ("", "ai.onnx")

DTYPES: Mapping[int, type[np.generic]] = {  # onnx.TensorProto.DataType
    1: np.float32,
    2: np.uint8,
    3: np.int8,
    4: np.uint16,
    5: np.int16,
    6: np.int32,
    7: np.int64,
    9: np.bool_,
    10: np.float16,
    11: np.float64,
    12: np.uint32,
    13: np.uint64,
}


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Turn what the onnx library raises over damaged messages into `InvalidModelError`."""
    try:
        yield
    except NpucoreError:
        raise
    except DAMAGE as error:
        raise InvalidModelError(f"{what}: {error}") from error


def dtype_of(number: int, what: str) -> np.dtype[Any]:
    """The dtype of an ``onnx.TensorProto.DataType``. Raises `UnsupportedError` for others."""
    if number == BFLOAT16:
        return bfloat16()
    if number not in DTYPES:
        names = {n: name for name, n in onnx().TensorProto.DataType.items()}
        raise UnsupportedError(f"{what} is of type {names.get(number, number)}")
    return np.dtype(DTYPES[number])


def parse_message(data: bytes, source: str) -> Any:
    """A ModelProto."""
    proto = onnx().ModelProto
    from google.protobuf.message import DecodeError  # comes with onnx

    try:
        model = proto.FromString(data)
    except DecodeError as error:
        raise InvalidModelError(f"{source}: not an ONNX file ({error})") from None
    if not model.HasField("graph"):
        raise InvalidModelError(f"{source}: not an ONNX file, it holds no graph")
    return model


def read_model(model: Any) -> ModelRecord:
    """The main graph of a ModelProto, and its functions."""
    with guarded("the file"):
        opsets = read_opsets(model.opset_import)
        functions = {(domain_of(f), f.name): f for f in model.functions}
        graph = model.graph
        constants = {tensor.name: tensor for tensor in graph.initializer}
        if len(graph.sparse_initializer):
            raise UnsupportedError("sparse initializers")
        return ModelRecord(
            nodes=tuple(read_nodes(graph.node, opsets)),
            inputs=tuple(_end(info) for info in graph.input if info.name not in constants),
            outputs=tuple(_end(info) for info in graph.output),
            constants=constants,
            functions=functions,
            opsets=opsets,
        )


def read_values(model: Any) -> dict[str, EndRecord]:
    """Declared types and shapes of the values between nodes, in a ModelProto's main graph."""
    with guarded("the file"):
        infos = [*model.graph.value_info, *model.graph.output]
        return {str(info.name): _end(info) for info in infos}


def read_opsets(imports: Iterable[Any]) -> dict[str, int]:
    """Domain -> version."""
    return {domain_of(entry): int(entry.version) for entry in imports}


def domain_of(message: Any) -> str:
    """The domain of a node, function or opset; ONNX's own has no name."""
    return "" if message.domain in OWN_DOMAINS else str(message.domain)


def read_nodes(protos: Iterable[Any], opsets: Mapping[str, int]) -> Iterator[NodeRecord]:
    """Records of NodeProtos. Raises `InvalidModelError` for too many of them."""
    for index, proto in enumerate(protos):
        if index >= LARGEST_NODES:
            raise InvalidModelError(f"more than {LARGEST_NODES} nodes")
        domain = domain_of(proto)
        yield NodeRecord(
            index=index,
            name=str(proto.name),
            domain=domain,
            operator=str(proto.op_type),
            operands=tuple(Operand(str(name)) for name in proto.input),
            results=tuple(str(name) for name in proto.output),
            attributes=read_attributes(proto.attribute, opsets),
            opset=opsets.get(domain, 1),
            proto=proto,
        )


def _end(info: Any) -> EndRecord:
    if not info.type.HasField("tensor_type"):
        kind = info.type.WhichOneof("value") or "nothing"
        raise UnsupportedError(f"{info.name} is no tensor, but {kind}")
    tensor = info.type.tensor_type
    shape = _dimensions(tensor.shape.dim) if tensor.HasField("shape") else None
    return EndRecord(str(info.name), dtype_of(tensor.elem_type, info.name), shape)


def _dimensions(dims: Iterable[Any]) -> tuple[Dimension, ...]:
    return tuple(
        int(dim.dim_value)
        if dim.HasField("dim_value") and dim.dim_value >= 0
        else str(dim.dim_param) or "?"
        for dim in dims
    )
