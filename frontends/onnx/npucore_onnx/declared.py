# SPDX-License-Identifier: MIT
"""A ModelProto's own description, in ONNX's own terms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from npucore.contract.declared import Declared, DeclaredEnd
from npucore_onnx.model import DTYPES, guarded
from npucore_onnx.package import onnx

OVERRIDABLE = 4
"""The first IR version with constants that need not be inputs, source: onnx/docs/Versioning.md."""


def read_declared(model: Any) -> Declared:
    """Inputs, outputs and metadata of a ModelProto."""
    with guarded("the file"):
        graph = model.graph
        constants = {tensor.name for tensor in graph.initializer}
        constants |= {tensor.values.name for tensor in graph.sparse_initializer}
        overridable = model.ir_version >= OVERRIDABLE
        return Declared(
            inputs=_ends(info for info in graph.input if info.name not in constants),
            outputs=_ends(graph.output),
            overridable=_ends(i for i in graph.input if i.name in constants and overridable),
            producer=str(model.producer_name),
            graph=str(graph.name),
            graph_description=str(graph.doc_string),
            domain=str(model.domain),
            description=str(model.doc_string),
            version=int(model.model_version) if model.HasField("model_version") else None,
            metadata={str(entry.key): str(entry.value) for entry in model.metadata_props},
        )


def _ends(infos: Iterable[Any]) -> tuple[DeclaredEnd, ...]:
    return tuple(_end(info) for info in infos)


def _end(info: Any) -> DeclaredEnd:
    kind = info.type.WhichOneof("value")
    tensor = info.type.tensor_type
    dtype = DTYPES.get(tensor.elem_type) if kind == "tensor_type" else None
    return DeclaredEnd(
        str(info.name),
        _spelled(info.type),
        None if dtype is None else np.dtype(dtype),
        tuple(map(_size, tensor.shape.dim)),
    )


def _spelled(kind: Any) -> str:
    """A TypeProto as ONNX's operator specifications spell it."""
    which = kind.WhichOneof("value")
    if which == "sequence_type":
        return f"seq({_spelled(kind.sequence_type.elem_type)})"
    if which == "optional_type":
        return f"optional({_spelled(kind.optional_type.elem_type)})"
    if which != "tensor_type":
        return str(which or "nothing").removesuffix("_type")
    return f"tensor({onnx().TensorProto.DataType.Name(kind.tensor_type.elem_type).lower()})"


def _size(dim: Any) -> int | str | None:
    if dim.HasField("dim_value") and dim.dim_value >= 0:
        return int(dim.dim_value)
    return str(dim.dim_param) or None
