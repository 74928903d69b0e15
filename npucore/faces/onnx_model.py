# SPDX-License-Identifier: MIT
"""A ModelProto as a `Network`, whose nodes can be asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from npucore import plugins
from npucore.contract.traced import Traces
from npucore.errors import PluginError
from npucore.faces.network import Network, NodeRecord, ValueRecord

FRONTEND = "onnx"
DEQUANTIZE = "DequantizeLinear"
TYPES = {
    "value_int": np.int64,
    "value_ints": np.int64,
    "value_float": np.float32,
    "value_floats": np.float32,
}
"""Attributes of ``Constant`` that hold numbers, source: ONNX's Operators.md."""


def network_of(model: Any, name: str) -> Network:
    """The main graph of an onnx.ModelProto, without nodes that nobody needs.

    What is computed of constants alone is constant, unless it is what quantized weights stand for.
    """
    import onnx

    graph = onnx.shape_inference.infer_shapes(model).graph
    values = {info.name: _value(info) for info in (*graph.input, *graph.output, *graph.value_info)}
    constants = {tensor.name: tensor for tensor in graph.initializer} | dict(_constants(graph))
    for node in graph.node:
        constants |= _folded(node, constants, values)
    values |= {n: ValueRecord(t.data_type, tuple(t.dims)) for n, t in constants.items()}
    outputs = [info.name for info in graph.output]
    return Network(
        name,
        [_record(node) for node in _needed(graph.node, outputs) if node.output[0] not in constants],
        values,
        constants,
        [info.name for info in graph.input if info.name not in constants],
        outputs,
        {opset.domain: opset.version for opset in model.opset_import},
        model.ir_version,
    )


def _folded(
    node: Any, constants: Mapping[str, Any], values: Mapping[str, ValueRecord | None]
) -> dict[str, Any]:
    """The results of a node of constants, by name; none of another."""
    from onnx import helper, numpy_helper
    from onnx.reference import ReferenceEvaluator

    read, result = [name for name in node.input if name], values.get(node.output[0])
    if node.op_type == "CastLike" and read[0] in constants and result is not None:
        node = helper.make_node("Cast", read[:1], node.output, to=result.type)
        read = read[:1]
    if not read or node.op_type == DEQUANTIZE or not all(name in constants for name in read):
        return {}
    given = {name: numpy_helper.to_array(constants[name]) for name in read}
    results = zip(node.output, ReferenceEvaluator(node).run(None, given), strict=True)
    return {name: numpy_helper.from_array(np.asarray(array), name) for name, array in results}


def _needed(nodes: Sequence[Any], outputs: Iterable[str]) -> list[Any]:
    """Nodes that the outputs depend on, without results that nobody reads."""
    read, found = set(outputs), list[Any]()
    for node in reversed(nodes):
        if read.intersection(node.output):
            read.update(node.input)
            for place, name in enumerate(node.output):
                node.output[place] = name if name in read else ""
            found.append(node)
    return found[::-1]


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
