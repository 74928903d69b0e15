# SPDX-License-Identifier: MIT
"""A ModelProto as a `Network`, whose nodes can be asked about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from npucore import plugins
from npucore.contract.traced import Traces
from npucore.errors import PluginError
from npucore.faces.network import Network, NodeRecord, ValueRecord

FRONTEND = "onnx"
TYPES = {
    "value_int": np.int64,
    "value_ints": np.int64,
    "value_float": np.float32,
    "value_floats": np.float32,
}
"""Attributes of ``Constant`` that hold numbers, source: ONNX's Operators.md."""


def network_of(model: Any, name: str) -> Network:
    """The main graph of an onnx.ModelProto; its ``Constant`` nodes are constants."""
    import onnx

    graph = onnx.shape_inference.infer_shapes(model).graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    constants |= dict(_constants(graph))
    values = {info.name: _value(info) for info in (*graph.input, *graph.output, *graph.value_info)}
    values |= {n: ValueRecord(t.data_type, tuple(t.dims)) for n, t in constants.items()}
    nodes = [_record(node) for node in graph.node if node.output[0] not in constants]
    return Network(
        name,
        nodes,
        values,
        constants,
        [info.name for info in graph.input if info.name not in constants],
        [info.name for info in graph.output],
        {opset.domain: opset.version for opset in model.opset_import},
        model.ir_version,
    )


def tracing_frontend() -> Traces:
    """The frontend that reads parts of a network. Raises `PluginError` if it cannot trace."""
    frontend = plugins.load_frontend(FRONTEND)()
    if not isinstance(frontend, Traces):
        raise PluginError(f"the frontend {FRONTEND} does not say what becomes of nodes")
    return frontend


def _constants(graph: Any) -> Iterator[tuple[str, Any]]:
    """Name -> tensor of every ``Constant`` node that holds a tensor or numbers."""
    from onnx import helper, numpy_helper

    for node in graph.node:
        if node.op_type == "Constant" and not node.domain and len(node.attribute) == 1:
            (attribute,) = node.attribute
            kind, held = TYPES.get(attribute.name), helper.get_attribute_value(attribute)
            if kind is not None:
                yield node.output[0], numpy_helper.from_array(np.array(held, kind), node.output[0])
            elif attribute.name == "value":
                named = type(held)()
                named.CopyFrom(held)
                named.name = node.output[0]
                yield node.output[0], named


def _value(info: Any) -> ValueRecord | None:
    if not info.type.HasField("tensor_type"):
        return None
    kind = info.type.tensor_type
    if not kind.HasField("shape"):
        return ValueRecord(kind.elem_type, None)
    sizes = (d.dim_value if d.HasField("dim_value") else -1 for d in kind.shape.dim)
    return ValueRecord(kind.elem_type, tuple(sizes))


def _record(node: Any) -> NodeRecord:
    has_graph = any(attribute.HasField("g") or attribute.graphs for attribute in node.attribute)
    inputs, outputs = tuple(node.input), tuple(node.output)
    return NodeRecord(0, node.op_type, node.name, inputs, outputs, None if has_graph else node)
