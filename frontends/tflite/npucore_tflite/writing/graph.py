# SPDX-License-Identifier: MIT
"""A graph as the bytes of a .tflite file."""

from __future__ import annotations

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Broadcast, Op
from npucore.tensor import Tensor
from npucore_tflite.writing.file import model
from npucore_tflite.writing.forms import Written
from npucore_tflite.writing.ops import BROADCASTING, forms
from npucore_tflite.writing.spec import OperatorSpec, TensorSpec

MOST_AXES = 4  # that every operator of BROADCASTING repeats operands along


class Specs:
    """Tensors to be written, each once; broadcast operands stand for what is broadcast."""

    def __init__(self) -> None:
        self._made: dict[Tensor, TensorSpec] = {}

    def __call__(self, tensor: Tensor) -> TensorSpec:
        if tensor not in self._made:
            self._made[tensor] = _spec(tensor)
        return self._made[tensor]

    def stand_for(self, tensor: Tensor, other: Tensor) -> None:
        """Write *other* wherever *tensor* is read."""
        self._made[tensor] = self(other)


def refuse(op: Op) -> str | None:
    """Why a .tflite file has no form of *op*; None if it has one."""
    written = _written(op, Specs())
    return written if isinstance(written, str) else None


def write(graph: Graph) -> bytes:
    """*graph* as a file. Raises `UnsupportedError` for the first op that TFLite has no form of."""
    if graph.states:
        raise UnsupportedError(f"{graph.name}: a network that keeps state cannot be written yet")
    specs = Specs()
    inputs = [specs(tensor) for tensor in graph.inputs]
    operators: list[OperatorSpec] = []
    for op in graph.ops:
        if isinstance(op, Broadcast) and _is_implied(op, graph):
            specs.stand_for(op.output, op.input)
            continue
        written = _written(op, specs)
        if isinstance(written, str):
            raise UnsupportedError(f"{op.name} -> {op.label}: {written}")
        operators += written
    return model(operators, inputs, [specs(tensor) for tensor in graph.outputs])


def _written(op: Op, specs: Specs) -> Written:
    form = forms().get(op.name)
    return f"TFLite has no operator for {op.name}" if form is None else form(op, specs)


def _is_implied(op: Broadcast, graph: Graph) -> bool:
    """Whether all who read the result broadcast their operands themselves."""
    readers = graph.readers.get(op.output, ())
    if not readers or op.output in graph.outputs or len(op.output.shape) > MOST_AXES:
        return False
    return all(r.name in BROADCASTING and _other_is_whole(r, op, graph) for r in readers)


def _other_is_whole(reader: Op, op: Broadcast, graph: Graph) -> bool:
    """Whether another operand of *reader* has the shape of the result."""
    return any(
        tensor is not op.output and not isinstance(graph.writer.get(tensor), Broadcast)
        for tensor in reader.inputs
    )


def _spec(tensor: Tensor) -> TensorSpec:
    q = tensor.quantization
    if q is None:
        return TensorSpec(tensor.shape, tensor.dtype, data=tensor.data, name=tensor.name)
    zero, axis = int(q.zero_point.flat[0]), q.axis or 0
    return TensorSpec(tensor.shape, tensor.dtype, q.scale, zero, axis, tensor.data, tensor.name)
