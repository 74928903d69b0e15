# SPDX-License-Identifier: MIT
"""Operators that are defined by others: the file's own functions, and ONNX's function bodies."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from npucore.errors import InvalidModelError
from npucore.files.budget import Budget
from npucore_onnx.attributes import Reference, read_attributes
from npucore_onnx.inline import seen_from
from npucore_onnx.model import DTYPES, guarded, read_nodes, read_opsets
from npucore_onnx.node import Node
from npucore_onnx.package import onnx
from npucore_onnx.records import NodeRecord, Operand

LARGEST_DEPTH = 16
NUMBERS = {dtype: number for number, dtype in DTYPES.items()}


class Functions:
    """Bodies of nodes. *own* are the file's functions by domain and name, *opsets* its versions.

    *budget* counts the bytes of bodies: calls within calls must not outgrow the file.
    """

    def __init__(
        self, own: Mapping[tuple[str, str], Any], opsets: Mapping[str, int], budget: Budget
    ) -> None:
        self._own, self._opsets, self._count = own, opsets, 0
        self._budget = budget

    def __contains__(self, key: tuple[str, str]) -> bool:
        """Whether the file itself defines an operator."""
        return key in self._own

    def body(self, node: Node, depth: int) -> list[NodeRecord] | None:
        """The nodes that *node* stands for, or None if nothing defines it."""
        record = node.record
        function = self._own.get((record.domain, record.operator))
        with guarded(record.where):
            defaults: dict[str, Any] = {}
            if function is None:
                function, defaults = _standard(node)
            if function is None:
                return None
            if depth >= LARGEST_DEPTH:
                raise InvalidModelError(f"{record.where}: functions within functions, too deep")
            self._budget.take(function.ByteSize(), f"{record.where}: its function")
            return self._inlined(record, function, defaults)

    def _inlined(
        self, record: NodeRecord, function: Any, defaults: Mapping[str, Any]
    ) -> list[NodeRecord]:
        self._count += 1
        prefix = f"{record.results[0] if record.results else ''}/{record.operator}.{self._count}/"
        names = {"": ""}
        for number, name in enumerate(function.input):
            given = record.operands[number].name if number < len(record.operands) else ""
            names[str(name)] = given
        for name, given in zip(function.output, record.results, strict=False):
            if given:
                names[str(name)] = given
        attributes = {**defaults, **read_attributes(function.attribute_proto), **record.attributes}
        opsets = {**self._opsets, **read_opsets(function.opset_import)}

        def renamed(name: str) -> str:
            return names.setdefault(name, prefix + name)

        for inner in function.node:
            for name in inner.output:
                renamed(str(name))
        return [
            dataclasses.replace(
                inner,
                index=record.index,
                name=record.name,
                operands=tuple(Operand(renamed(operand.name)) for operand in inner.operands),
                results=tuple(renamed(name) for name in inner.results),
                attributes=seen_from(_bound(inner.attributes, attributes), names),
            )
            for inner in read_nodes(function.node, opsets)
        ]


def _bound(attributes: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes of a function's node; those that refer to the function's take its values."""
    bound = {}
    for name, value in attributes.items():
        if not isinstance(value, Reference):
            bound[name] = value
        elif value in given:
            bound[name] = given[value]
    return bound


def _standard(node: Node) -> tuple[Any, dict[str, Any]]:
    """ONNX's own body of the operator, as a FunctionProto or None, and its attributes' defaults."""
    record, library = node.record, onnx()
    try:
        schema = library.defs.get_schema(record.operator, record.opset, record.domain)
    except library.defs.SchemaError:
        return None, {}
    missing = [
        attribute.default_value
        for name, attribute in schema.attributes.items()
        if name not in record.attributes and attribute.default_value.name
    ]
    defaults = read_attributes(missing)
    if fixed := schema.function_opset_versions:
        version = _version(fixed, record.opset)
        return _parsed(schema.get_function_with_opset_version(version)), defaults
    if not (dependent := schema.context_dependent_function_opset_versions):
        return None, {}
    proto = library.NodeProto()
    proto.CopyFrom(record.proto)
    del proto.attribute[:]
    bound = {a.name for a in record.proto.attribute if a.ref_attr_name}
    proto.attribute.extend(a for a in record.proto.attribute if not a.ref_attr_name)
    proto.attribute.extend(
        library.helper.make_attribute(name, record.attributes[name])
        for name in sorted(bound & record.attributes.keys())
    )
    proto.attribute.extend(missing)
    types = [_type(node, position) for position in range(len(proto.input))]
    body = schema.get_context_dependent_function_with_opset_version(
        _version(dependent, record.opset), proto.SerializeToString(), types
    )
    return (_parsed(body) if body else None), defaults


def _version(versions: Sequence[int], opset: int) -> int:
    """The newest body that *opset* knows; for an older opset the oldest, which has its own."""
    return max((v for v in versions if v <= opset), default=min(versions))


def _parsed(body: bytes) -> Any:
    return onnx().FunctionProto.FromString(body)


def _type(node: Node, position: int) -> bytes:
    """The serialized type of an operand; empty for one that is left out."""
    value = node.optional(position)
    if value is None:
        return bytes(onnx().TypeProto().SerializeToString())
    number = NUMBERS[value.dtype.type]
    made = onnx().helper.make_tensor_type_proto(number, value.shape)
    return bytes(made.SerializeToString())
