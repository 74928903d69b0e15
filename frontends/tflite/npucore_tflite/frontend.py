# SPDX-License-Identifier: MIT
"""The facade: a file becomes a graph, operator by operator."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

from npucore.boundary import judged, read_file
from npucore.budget import Budget
from npucore.errors import InvalidModelError, NpucoreError, UnsupportedError
from npucore.frontend import Frontend
from npucore.graph import Graph
from npucore.ops import Op
from npucore.quantize import Rounding
from npucore.tensor import Tensor
from npucore_tflite.flatbuffer import IDENTIFIER, ModelRecord, OperatorRecord, read_model
from npucore_tflite.node import Node
from npucore_tflite.ops import BUILDERS, FOLDERS, STATEFUL
from npucore_tflite.tensors import build_tensor


class TFLiteFrontend(Frontend):
    """TFLite models, as TensorFlow, LiteRT and MediaPipe write them."""

    name: ClassVar[str] = "tflite"
    summary: ClassVar[str] = "TensorFlow Lite / LiteRT flatbuffers (.tflite)"

    @staticmethod
    def sniff(head: bytes) -> bool:
        """Whether the flatbuffer's identifier is TFLite's."""
        return head[4:8] == IDENTIFIER

    def read(self, path: Path) -> Graph:
        """Read the main subgraph of the model at *path*."""
        return parse(read_file(path), path.name)


def parse(data: bytes, source: str = "model") -> Graph:
    """Bytes of a .tflite file -> graph; *source* names it in messages.

    Raises `InvalidModelError` whatever is wrong with the bytes, and `UnsupportedError` for sound
    operators without a counterpart.
    """
    return parse_with_tensors(data, source)[0]


def parse_with_tensors(
    data: bytes, source: str = "model"
) -> tuple[Graph, tuple[Tensor | None, ...]]:
    """As `parse`, with the graph's tensors by their number in the file; None for unused ones."""
    importer = _Importer(read_model(data, source), Budget(len(data)))
    try:
        with judged("the file"):
            return importer.graph(source), tuple(importer.tensors)
    except NpucoreError as error:
        if str(error).startswith(source):
            raise
        raise type(error)(f"{source}: {error}") from error


class _Importer:
    """Tensors by their number in the file; results of folded operators replace them."""

    def __init__(self, record: ModelRecord, budget: Budget) -> None:
        self.record, self.budget = record, budget
        self.tensors: list[Tensor | None] = [None] * len(record.tensors)

    def tensor(self, index: int) -> Tensor:
        """A tensor of the file, built when it is first needed: unused ones may be anything."""
        if not 0 <= index < len(self.tensors):
            raise InvalidModelError(f"tensor {index} of {len(self.tensors)}")
        if (tensor := self.tensors[index]) is None:
            tensor = self.tensors[index] = build_tensor(
                self.record.tensors[index], index, self.budget
            )
        return tensor

    def graph(self, source: str) -> Graph:
        inputs = tuple(self.tensor(index) for index in self.record.inputs)
        for operator in self.record.operators:
            if operator.name in STATEFUL:
                raise UnsupportedError(
                    f"operator {operator.index} is {operator.name}: "
                    "networks that keep state between inferences are not supported"
                )
        ops = [op for operator in self.record.operators for op in self._ops(operator)]
        outputs = tuple(self.tensor(index) for index in self.record.outputs)
        if not outputs:
            raise InvalidModelError("the graph returns nothing")
        if len(set(inputs)) != len(inputs) or any(t.is_constant for t in inputs):
            raise InvalidModelError("an input occurs twice or is constant")
        return Graph(_needed(ops, outputs), inputs, outputs, Rounding.TFLITE, source)

    def _ops(self, record: OperatorRecord) -> Iterator[Op]:
        """What one operator becomes: nothing if it could be computed at once."""
        builder, folder = BUILDERS.get(record.name), FOLDERS.get(record.name)
        if builder is None and folder is None:
            raise UnsupportedError(f"operator {record.index} is {record.name}: not supported")
        operands = [None if i == -1 else self.tensor(i) for i in record.inputs]
        node = Node(record, operands, [self.tensor(i) for i in record.outputs], self.budget)
        if self._fold(node, folder) or builder is None:
            return
        op = builder(node)
        for index, tensor in zip(record.outputs, op.outputs, strict=True):
            self.tensors[index] = tensor
        yield from node.before
        yield op

    def _fold(self, node: Node, folder: Callable[[Node], Tensor | None] | None) -> bool:
        """Replace the result by a constant if the operator's operands already say it."""
        if folder is None or (tensor := folder(node)) is None:
            return False
        if tensor.shape != node.output.shape:
            node.invalid(f"a result of shape {tensor.shape}, declared {node.output.shape}")
        self.tensors[node.record.outputs[0]] = dataclasses.replace(tensor, name=node.output.name)
        return True


def _needed(ops: list[Op], outputs: tuple[Tensor, ...]) -> tuple[Op, ...]:
    """Drop ops whose results nobody reads: folded shapes leave such remains."""
    wanted, kept = set(outputs), []
    for op in reversed(ops):
        if any(tensor in wanted for tensor in op.outputs):
            wanted.update(op.inputs)
            kept.append(op)
    return tuple(reversed(kept))
