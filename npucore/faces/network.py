# SPDX-License-Identifier: MIT
"""A network of ONNX nodes, as ONNX Runtime or a model holds it, and parts of it as ONNX models."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from npucore.tensor import Shape


@dataclass(frozen=True, slots=True)
class ValueRecord:
    """A value's onnx.TensorProto.DataType, and its shape: -1 for an open size, None for none."""

    type: int
    shape: Shape | None

    @property
    def is_known(self) -> bool:
        """Whether no size is open."""
        return self.shape is not None and min(self.shape, default=0) >= 0


@dataclass(frozen=True, slots=True, eq=False)
class NodeRecord:
    """A node: *handle* is ONNX Runtime's, valid for one call; *proto* None if it cannot be copied.

    *inputs* has at its end what the graphs inside it read.
    """

    handle: int
    operator: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    proto: Any

    @property
    def label(self) -> str:
        """Operator and name, for messages."""
        return f"{self.operator} {self.name or self.outputs[0]}"


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The nodes, what they read and write, and the constants (TensorProto; None if unreadable)."""

    name: str
    nodes: Sequence[NodeRecord]
    values: Mapping[str, ValueRecord | None]
    constants: Mapping[str, Any]
    inputs: Sequence[str]
    outputs: Sequence[str]
    opsets: Mapping[str, int]
    ir_version: int

    def writers(self) -> dict[str, int]:
        """Value -> the place of the node that writes it."""
        return {name: place for place, n in enumerate(self.nodes) for name in n.outputs if name}

    def readers(self) -> dict[str, list[int]]:
        """Value -> the places of the nodes that read it."""
        found: dict[str, list[int]] = {}
        for place, node in enumerate(self.nodes):
            for name in dict.fromkeys(node.inputs):
                found.setdefault(name, []).append(place)
        return found

    def part(self, places: Collection[int]) -> bytes:
        """The nodes at *places* as a model: what comes from others is its inputs."""
        inside = [self.nodes[place] for place in sorted(places)]
        written = {name for node in inside for name in node.outputs if name}
        read = dict.fromkeys(name for node in inside for name in node.inputs if name)
        wanted = set(self.outputs) | {
            name for name, readers in self.readers().items() if set(readers) - set(places)
        }
        return self.model(
            [node.proto for node in inside],
            [name for name in read if name not in written and name not in self.constants],
            [name for node in inside for name in node.outputs if name in wanted],
            [name for name in read if name in self.constants],
        )

    def whole(self) -> bytes:
        """All of it, with its inputs and outputs in their order."""
        protos = [node.proto for node in self.nodes]
        return self.model(protos, self.inputs, self.outputs, self.constants)

    def model(
        self,
        protos: Iterable[Any],
        inputs: Iterable[str],
        outputs: Iterable[str],
        constants: Iterable[str],
    ) -> bytes:
        """A ModelProto as bytes."""
        from onnx import helper

        nodes = list(protos)
        used = {node.domain for node in nodes} | {""}
        opsets = [
            helper.make_opsetid(domain, version)
            for domain, version in self.opsets.items()
            if domain in used
        ]
        graph = helper.make_graph(
            nodes,
            self.name or "graph",
            [self._info(name) for name in inputs],
            [self._info(name) for name in outputs],
            [self.constants[name] for name in constants],
            value_info=[self._info(n) for node in nodes for n in node.output if n],
        )
        model = helper.make_model(graph, opset_imports=opsets, ir_version=self.ir_version)
        data: bytes = model.SerializeToString()
        return data

    def _info(self, name: str) -> Any:
        from onnx import helper

        value = self.values[name]
        assert value is not None  # nodes of such values are in no part
        return helper.make_tensor_value_info(name, value.type, value.shape)
