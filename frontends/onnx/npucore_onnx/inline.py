# SPDX-License-Identifier: MIT
"""Graphs inside nodes as nodes of the graph around them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from npucore.errors import InvalidModelError
from npucore_onnx.attributes import Subgraph
from npucore_onnx.model import read_nodes
from npucore_onnx.records import ModelRecord, NodeRecord, Operand


@dataclass(frozen=True, slots=True, eq=False)
class Inlined:
    """Nodes, the names of what they give, and constants by name (TensorProto)."""

    nodes: tuple[NodeRecord, ...]
    results: tuple[str, ...]
    constants: Mapping[str, Any]


def inlined(record: NodeRecord, graph: Subgraph, given: Sequence[str], prefix: str) -> Inlined:
    """The nodes of *graph* under names that begin with *prefix*; its inputs are called *given*.

    *record* is the node that it belongs to.
    """
    proto = graph.proto
    if len(given) != len(proto.input):
        raise InvalidModelError(
            f"{record.where}: a graph of {len(proto.input)} inputs is given {len(given)}"
        )
    names = {str(info.name): name for info, name in zip(proto.input, given, strict=True)}
    constants = {}
    for tensor in proto.initializer:
        if tensor.name not in names:
            names[str(tensor.name)] = prefix + str(tensor.name)
            constants[prefix + str(tensor.name)] = tensor
    for node in proto.node:
        names.update((str(name), prefix + str(name)) for name in node.output if name)
    scope = {**graph.scope, **names, "": ""}
    nodes = tuple(
        dataclasses.replace(
            inner,
            index=record.index,
            name=record.name,
            operands=tuple(Operand(scope.get(o.name, o.name)) for o in inner.operands),
            results=tuple(scope[name] for name in inner.results),
            attributes=seen_from(inner.attributes, scope),
        )
        for inner in read_nodes(proto.node, graph.opsets)
    )
    results = tuple(scope.get(str(info.name), str(info.name)) for info in proto.output)
    return Inlined(nodes, results, constants)


def seen_from(attributes: Mapping[str, Any], scope: Mapping[str, str]) -> dict[str, Any]:
    """*attributes*, in which graphs know what the names around them have become."""

    def seen(value: Any) -> Any:
        if isinstance(value, Subgraph):
            return dataclasses.replace(value, scope={**scope, **value.scope})
        return value

    return {name: seen(value) for name, value in attributes.items()}


def graphs_of(record: NodeRecord) -> list[Subgraph]:
    """The graphs inside a node."""
    found: list[Subgraph] = []
    for value in record.attributes.values():
        values = value if isinstance(value, list) else [value]
        found += [item for item in values if isinstance(item, Subgraph)]
    return found


def captured_names(record: NodeRecord) -> set[str]:
    """Names that the graphs inside a node read from around it, and perhaps some more."""
    names: set[str] = set()
    waiting = [(graph.proto, graph.scope) for graph in graphs_of(record)]
    while waiting:
        proto, scope = waiting.pop()
        for node in proto.node:
            names.update(scope.get(str(name), str(name)) for name in node.input)
            waiting += [(a.g, scope) for a in node.attribute if a.HasField("g")]
        names.update(scope.get(str(info.name), str(info.name)) for info in proto.output)
    return names


def live(model: ModelRecord) -> list[NodeRecord]:
    """The nodes that the outputs of *model* depend on, in order."""
    wanted = {end.name for end in model.outputs}
    found = []
    for record in reversed(model.nodes):
        if not record.results or not wanted.isdisjoint(filter(None, record.results)):
            found.append(record)
            wanted.update(operand.name for operand in record.operands)
            wanted.update(captured_names(record))
    return found[::-1]
