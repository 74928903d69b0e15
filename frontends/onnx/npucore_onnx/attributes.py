# SPDX-License-Identifier: MIT
"""Attributes of nodes -> Python values; tensors and subgraphs stay messages."""

from __future__ import annotations

from collections.abc import Iterable
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


class Subgraph:
    """A graph inside a node: control flow, which is refused."""


def read_attributes(protos: Iterable[Any]) -> dict[str, Any]:
    """Values by name: int, float, bytes, lists of them, a TensorProto, `Subgraph`."""
    return {str(proto.name): _value(proto) for proto in protos}


def _value(proto: Any) -> Any:
    if proto.ref_attr_name:
        return Reference(proto.ref_attr_name)
    if proto.type in (GRAPH, GRAPHS):
        return Subgraph()
    if proto.type not in FIELDS:
        raise InvalidModelError(f"attribute {proto.name} of type {proto.type}")
    value = getattr(proto, FIELDS[proto.type])
    return list(value) if FIELDS[proto.type].endswith("s") and proto.type != 3 else value
