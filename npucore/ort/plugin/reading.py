# SPDX-License-Identifier: MIT
"""From an OrtGraph to a `Network`, by way of ONNX Runtime's C interface."""

from __future__ import annotations

import ctypes
import math
from pathlib import PurePath
from typing import Any

from npucore.faces.network import Network, NodeRecord, ValueRecord
from npucore.ort.plugin.api import Api
from npucore.ort.plugin.tables import ATTRIBUTE

SIZES = {4: (21, 22), 8: (2, 3, 9), 16: (4, 5, 10, 16), 32: (1, 6, 12), 64: (7, 11, 13)}
ITEM_BITS = {kind: bits for bits, kinds in SIZES.items() for kind in kinds}
"""ONNXTensorElementDataType, which agrees with onnx.TensorProto.DataType so far -> bits."""

NEWEST_IR = 10
NAMELESS = "model"


class Reader:
    """Copies one OrtGraph, but for nodes that are *mine* already; nothing of it is kept."""

    def __init__(self, api: Api, graph: int, mine: str = "") -> None:
        self._api, self._graph, self._mine = api, graph, mine
        self._values: dict[str, ValueRecord | None] = {}

    def network(self) -> Network:
        """The whole graph. Raises `NpucoreError` if the runtime refuses an answer."""
        constants = self._constants()
        handles = self._api.each("Graph:Nodes", self._graph)
        nodes = [self._node(node) for node in handles if not self._is_mine(node)]
        inputs, outputs = (
            [self._value(value) for value in self._api.each(f"Graph:{which}", self._graph)]
            for which in ("Inputs", "Outputs")
        )
        return Network(
            self._name(),
            nodes,
            self._values,
            constants,
            [name for name in inputs if name not in constants],
            outputs,
            self._opsets(),
            min(self._api.get("Graph_GetOnnxIRVersion", self._graph), NEWEST_IR),
        )

    def _is_mine(self, node: int) -> bool:
        return bool(self._mine) and self._api.text("Node_GetEpName", node) == self._mine

    def _name(self) -> str:
        path = self._api.text("Graph_GetModelPath", self._graph)
        return PurePath(path).name or self._api.text("Graph_GetName", self._graph) or NAMELESS

    def _opsets(self) -> dict[str, int]:
        count = self._api.get("Graph_GetNumOperatorSets", self._graph)
        domains, versions = (ctypes.c_char_p * count)(), (ctypes.c_int64 * count)()
        self._api.call("Graph_GetOperatorSets", self._graph, domains, versions, count)
        pairs = zip(domains, versions, strict=True)
        return {(domain or b"").decode(): version for domain, version in pairs}

    def _constants(self) -> dict[str, Any]:
        """Name -> TensorProto of what cannot change; None for a kind that npucore lacks."""
        found = {}
        for value in self._api.each("Graph:Initializers", self._graph):
            name = self._value(value)
            if self._api.get("ValueInfo_IsConstantInitializer", value):
                held = self._api.get("ValueInfo_GetInitializerValue", value)
                found[name] = self._tensor(held, name)
        return found

    def _tensor(self, value: int | None, name: str) -> Any:
        from onnx import TensorProto

        if not value:
            return None
        kind, shape = tensor_kind(self._api, value)
        if kind not in ITEM_BITS:
            return None
        size = math.ceil(math.prod(shape) * ITEM_BITS[kind] / 8)
        data = ctypes.string_at(self._api.get("GetTensorMutableData", value), size)
        return TensorProto(name=name, data_type=kind, dims=shape, raw_data=data)

    def _value(self, info: int) -> str:
        """The name of a value, which is noted; empty for one that is left out."""
        if not info:
            return ""
        name = self._api.text("GetValueInfoName", info)
        if name not in self._values:
            self._values[name] = self._kind(info)
        return name

    def _kind(self, info: int) -> ValueRecord | None:
        """Type and shape; None for what is no tensor of a type that npucore has."""
        of_type = self._api.get("GetValueInfoTypeInfo", info)
        tensor = self._api.get("CastTypeInfoToTensorInfo", of_type) if of_type else None
        if not tensor:
            return None
        kind, shape = kind_of(self._api, tensor)
        if kind not in ITEM_BITS:
            return None
        has_shape = self._api.plain("TensorTypeAndShape_HasShape", tensor)
        return ValueRecord(kind, shape if has_shape else None)

    def _node(self, node: int) -> NodeRecord:
        inputs, outputs = (
            tuple(map(self._value, self._api.each(f"Node:{which}", node)))
            for which in ("Inputs", "Outputs")
        )
        implicit = tuple(map(self._value, self._api.each("Node:ImplicitInputs", node)))
        operator, name = (
            self._api.text(f"Node_Get{which}", node) for which in ("OperatorType", "Name")
        )
        proto = self._proto(node, operator, name, inputs, outputs)
        return NodeRecord(node, operator, name, inputs + implicit, outputs, proto)

    def _proto(self, node: int, operator: str, name: str, inputs: Any, outputs: Any) -> Any:
        from onnx import helper

        if self._api.get("Node_GetNumSubgraphs", node):
            return None
        domain = self._api.text("Node_GetDomain", node)
        proto = helper.make_node(operator, inputs, outputs, name=name, domain=domain)
        for attribute in self._api.each("Node:Attributes", node):
            found = self._attribute(attribute)
            if found is None:
                return None
            proto.attribute.append(found)
        return proto

    def _attribute(self, attribute: int) -> Any:
        """An AttributeProto, None for a kind that npucore cannot ask for."""
        from onnx import AttributeProto, helper

        name = self._api.text("OpAttr_GetName", attribute)
        kind = self._api.get("OpAttr_GetType", attribute)
        if kind == ATTRIBUTE["tensor"]:
            held = self._api.get("OpAttr_GetTensorAttributeAsOrtValue", attribute)
            tensor = self._tensor(held, name)
            return None if tensor is None else helper.make_attribute(name, tensor)
        if kind not in READ:
            return None
        item, proto_kind = READ[kind]
        raw = self._raw(attribute, kind, 0 if item is None else ctypes.sizeof(item))
        if item is None:
            texts = raw.rstrip(b"\0").split(b"\0") if raw else []
            one = texts[0] if texts else b""
            value: Any = one if kind == ATTRIBUTE["string"] else texts
        else:
            values = list((item * (len(raw) // ctypes.sizeof(item))).from_buffer_copy(raw))
            value = values[0] if kind in SINGLE else values
        return helper.make_attribute(name, value, attr_type=getattr(AttributeProto, proto_kind))

    def _raw(self, attribute: int, kind: int, item_bytes: int) -> bytes:
        """The bytes of an attribute's value: asked for its size first, which fails, then read."""
        size = ctypes.c_size_t()
        need = ctypes.byref(size)
        if kind in SINGLE:
            size.value = item_bytes
        else:
            status = self._api.plain("ReadOpAttr", attribute, kind, None, 0, need)
            if status:
                self._api.plain("ReleaseStatus", status)
        buffer = ctypes.create_string_buffer(max(size.value, 1))
        self._api.call("ReadOpAttr", attribute, kind, buffer, size.value, need)
        return buffer.raw[: size.value]


SINGLE = (ATTRIBUTE["int"], ATTRIBUTE["float"])
READ: dict[int, tuple[Any, str]] = {
    ATTRIBUTE["int"]: (ctypes.c_int64, "INT"),
    ATTRIBUTE["ints"]: (ctypes.c_int64, "INTS"),
    ATTRIBUTE["float"]: (ctypes.c_float, "FLOAT"),
    ATTRIBUTE["floats"]: (ctypes.c_float, "FLOATS"),
    ATTRIBUTE["string"]: (None, "STRING"),
    ATTRIBUTE["strings"]: (None, "STRINGS"),
}
"""OrtOpAttrType -> its items (None: text that ends with 0), onnx.AttributeProto's name of it."""


def kind_of(api: Api, info: int) -> tuple[int, tuple[int, ...]]:
    """Type and sizes of an OrtTensorTypeAndShapeInfo."""
    kind = api.get("GetTensorElementType", info)
    rank = api.get("GetDimensionsCount", info)
    sizes = (ctypes.c_int64 * rank)()
    api.call("GetDimensions", info, sizes, rank)
    return kind, tuple(sizes)


def tensor_kind(api: Api, value: int) -> tuple[int, tuple[int, ...]]:
    """Type and sizes of an OrtValue."""
    info = api.get("GetTensorTypeAndShape", value)
    try:
        return kind_of(api, info)
    finally:
        api.plain("ReleaseTensorTypeAndShapeInfo", info)
