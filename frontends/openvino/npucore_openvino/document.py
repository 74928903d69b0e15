# SPDX-License-Identifier: MIT
"""The bytes of an .xml -> plain records. Every look into a file that nobody has vouched for.

Source: the format of IR 10 and 11, as openvino 2026.4 writes it (``net``, ``layers``, ``edges``,
``rt_info``). Entities and document types have no place in it, so that both are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.metadata import LARGEST_TEXT, Metadata

VERSIONS = (10, 11)
DEEPEST = 64  # elements within each other; openvino writes 8
LARGEST_LAYERS = 1 << 16
OPEN = -1  # a size that the file leaves open
FILE_NAMES = {"Const": "Constant", "PReLU": "PRelu", "ReLU": "Relu", "SoftMax": "Softmax"}
"""Kinds of layers that files spell otherwise than the opsets do."""

Source = tuple[str, str]
"""(id of a layer, id of one of its ports)"""


@dataclass(frozen=True, slots=True)
class Port:
    """An end of a layer: what it is called outside, and its declared shape, `OPEN` in places."""

    id: str
    precision: str
    shape: tuple[int, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """An operator of the file; *sources* are the ports that its inputs come from."""

    position: int
    id: str
    name: str
    kind: str
    opset: str
    attributes: Mapping[str, str]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    sources: tuple[Source, ...]

    @property
    def where(self) -> str:
        """The layer in messages."""
        return f"layer {self.id} ({self.kind} {self.name!r})"


@dataclass(frozen=True, slots=True)
class Model:
    """The layers of a file, each behind those that it reads."""

    layers: tuple[Layer, ...]
    metadata: Metadata

    def of(self, kind: str) -> list[Layer]:
        """The layers of a kind, in the order of the file, which is that of inputs and outputs."""
        return sorted((la for la in self.layers if la.kind == kind), key=lambda la: la.position)


def parse(data: bytes) -> Model:
    """Raise `InvalidModelError` for what is no IR, `UnsupportedError` for one of other versions."""
    root = _tree(data)
    if root.tag != "net":
        raise InvalidModelError(f"the root is <{root.tag}>, wanted <net>")
    version = root.get("version", "")
    if not version.isdecimal() or int(version) not in VERSIONS:
        wanted = " or ".join(map(str, VERSIONS))
        raise UnsupportedError(
            f"OpenVINO IR of version {version or 'none'}, wanted {wanted}: convert the "
            "model anew with OpenVINO 2022.1 or later"
        )
    return Model(_sorted(_layers(root)), _metadata(root))


def _tree(data: bytes) -> Element:
    parser, builder, depth = expat.ParserCreate(), TreeBuilder(), 0

    def doctype(*declared: object) -> None:
        raise InvalidModelError("a document type, which no OpenVINO IR has")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if (depth := depth + 1) > DEEPEST:
            raise InvalidModelError(f"more than {DEEPEST} elements within each other")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise InvalidModelError(f"not an OpenVINO IR ({error})") from None
    return builder.close()


def _layers(root: Element) -> dict[str, Layer]:
    edges: dict[Source, Source] = {}
    for edge in root.iterfind("edges/edge"):
        a, b = (
            (edge.get(f"{end}-layer", ""), edge.get(f"{end}-port", "")) for end in ("from", "to")
        )
        if b in edges:
            raise InvalidModelError(f"two edges lead to port {b[1]} of layer {b[0]}")
        edges[b] = a
    found: dict[str, Layer] = {}
    for element in root.iterfind("layers/layer"):
        layer = _layer(len(found), element, edges)
        if layer.id in found:
            raise InvalidModelError(f"two layers have the id {layer.id}")
        if len(found) >= LARGEST_LAYERS:
            raise InvalidModelError(f"more than {LARGEST_LAYERS} layers")
        found[layer.id] = layer
    if not found:
        raise InvalidModelError("no layers")
    return found


def _layer(position: int, element: Element, edges: Mapping[Source, Source]) -> Layer:
    id_, kind = element.get("id", ""), element.get("type", "")
    kind = FILE_NAMES.get(kind, kind)
    name = element.get("name") or id_
    inputs, outputs = (
        tuple(map(_port, element.iterfind(f"{side}/port"))) for side in ("input", "output")
    )
    sources = []
    for port in inputs:
        if (id_, port.id) not in edges:
            raise InvalidModelError(f"layer {id_} ({kind} {name!r}): nothing feeds port {port.id}")
        sources.append(edges[id_, port.id])
    data = element.find("data")
    attributes = {} if data is None else dict(data.attrib)
    opset = element.get("version", "")
    return Layer(position, id_, name, kind, opset, attributes, inputs, outputs, tuple(sources))


def _port(element: Element) -> Port:
    shape = tuple(int(dim.text or "") for dim in element.iterfind("dim"))
    names = tuple(name for name in element.get("names", "").split(",") if name)
    return Port(element.get("id", ""), element.get("precision", ""), shape, names)


def _sorted(layers: Mapping[str, Layer]) -> tuple[Layer, ...]:
    for layer in layers.values():
        for id_, port in layer.sources:
            if id_ not in layers or port not in {end.id for end in layers[id_].outputs}:
                raise InvalidModelError(
                    f"{layer.where} reads port {port} of layer {id_}, which is not there"
                )
    order = TopologicalSorter({id_: [s for s, _ in la.sources] for id_, la in layers.items()})
    try:
        return tuple(layers[id_] for id_ in order.static_order())
    except CycleError as error:
        raise InvalidModelError(
            f"layers wait for each other: {' -> '.join(error.args[1])}"
        ) from None


def _metadata(root: Element) -> Metadata:
    """``rt_info/model_info``, and ``framework``, where exporters keep theirs.

    Source: model_api's ``model_info`` (labels are parted by spaces, their own are underscores).
    """
    properties: dict[str, str] = {}
    for element in root.iterfind("rt_info/*"):
        entries = list(element) if element.tag in ("model_info", "framework") else [element]
        for entry in entries:
            value = entry.get("value", "")
            if value and len(value) <= LARGEST_TEXT and entry.tag != "info":
                properties[entry.tag] = value
    words = properties.get("labels", "").split()
    return Metadata(properties, "\n".join(word.replace("_", " ") for word in words))
