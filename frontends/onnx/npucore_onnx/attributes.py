# SPDX-License-Identifier: MIT
"""Attributes of nodes -> Python values; tensors and subgraphs stay messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from npucore.errors import InvalidModelError

FIELDS = {  # onnx.AttributeProto.AttributeType -> the field that holds the value
    1: "f",
    2: "i",
    3: "s",
    4: "t",
    5: "g",
    6: "floats",
    7: "ints",
    8: "strings",
    9: "tensors",
    10: "graphs",
}
GRAPH, GRAPHS = 5, 10


class Reference(str):
    """The name of a function's attribute, whose value the node takes."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Subgraph:
    """A graph inside a node.

    *opsets* are the versions of operators in it; *scope* says what names of the graphs around it
    have become.
    """

    proto: Any  # GraphProto
    opsets: Mapping[str, int]
    scope: Mapping[str, str] = field(default_factory=dict)


def read_attributes(
    protos: Iterable[Any], opsets: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """Values by name: int, float, bytes, lists of them, a TensorProto, `Subgraph`."""
    return {str(proto.name): _value(proto, opsets or {}) for proto in protos}


def _value(proto: Any, opsets: Mapping[str, int]) -> Any:
    if proto.ref_attr_name:
        return Reference(proto.ref_attr_name)
    if proto.type == GRAPH:
        return Subgraph(proto.g, opsets)
    if proto.type == GRAPHS:
        return [Subgraph(graph, opsets) for graph in proto.graphs]
    if proto.type not in FIELDS:
        raise InvalidModelError(f"attribute {proto.name} of type {proto.type}")
    value = getattr(proto, FIELDS[proto.type])
    return list(value) if FIELDS[proto.type].endswith("s") and proto.type != 3 else value
