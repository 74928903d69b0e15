# SPDX-License-Identifier: MIT
"""An ONNX model in the making."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from npucore.errors import UnsupportedError
from npucore.tensor import Array

OPSET, IR_VERSION = 20, 9
UNREAD = "openvino"
"""The domain of operators that ONNX has no counterpart of."""


@dataclass(eq=False)
class Written:
    """A node."""

    operator: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Any]
    domain: str = ""


@dataclass(eq=False)
class End:
    """An input or output of the graph; open sizes have names."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int | str, ...]


@dataclass(eq=False)
class Writer:
    """Nodes and constants, with a name of its own for each value."""

    nodes: list[Written] = field(default_factory=list)
    constants: dict[str, Array] = field(default_factory=dict)
    inputs: list[End] = field(default_factory=list)
    outputs: list[End] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    at: str = ""
    """What values are called after."""

    def fresh(self, name: str) -> str:
        """*name*, with a number behind it if it is taken."""
        found, number = name, 0
        while found in self.taken:
            number += 1
            found = f"{name}#{number}"
        self.taken.add(found)
        return found

    def constant(self, array: Array, name: str = "") -> str:
        """A constant's name."""
        found = self.fresh(name or f"{self.at}/constant")
        self.constants[found] = np.ascontiguousarray(array).reshape(array.shape)
        return found

    def integers(self, *numbers: int) -> str:
        """The name of a constant of int64, shape (n,)."""
        return self.constant(np.array(numbers, np.int64))

    def add(
        self,
        operator: str,
        inputs: Sequence[str],
        results: int = 1,
        *,
        domain: str = "",
        **attributes: Any,
    ) -> Written:
        """A node behind all others."""
        outputs = [self.fresh(self.at or operator) for _ in range(results)]
        node = Written(operator, list(inputs), outputs, attributes, domain)
        self.nodes.append(node)
        return node

    def emit(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """The name of a new node's only result."""
        return self.add(operator, inputs, **attributes).outputs[0]

    def model(self, name: str) -> bytes:
        """The bytes of a ModelProto. Raises `UnsupportedError` where onnx is not installed."""
        try:
            helper = importlib.import_module("onnx.helper")
            from_array = importlib.import_module("onnx.numpy_helper").from_array
        except ImportError:
            raise UnsupportedError(
                "OpenVINO models need the package onnx: pip install 'npucore[openvino]'"
            ) from None
        inputs, outputs = (
            [
                helper.make_tensor_value_info(
                    end.name, helper.np_dtype_to_tensor_dtype(end.dtype), end.shape
                )
                for end in ends
            ]
            for ends in (self.inputs, self.outputs)
        )
        nodes = [
            helper.make_node(
                n.operator, n.inputs, n.outputs, n.outputs[0], domain=n.domain, **n.attributes
            )
            for n in self.nodes
        ]
        constants = [from_array(array, called) for called, array in self.constants.items()]
        graph = helper.make_graph(nodes, name, inputs, outputs, constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(UNREAD, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
        serialized: bytes = model.SerializeToString()
        return serialized
