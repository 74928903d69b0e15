# SPDX-License-Identifier: MIT
"""A graph as the bytes of a .tflite file."""

from __future__ import annotations

from dataclasses import replace

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Broadcast, Op
from npucore.rewrite.narrow import is_implied, narrowed
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

    def narrowed(self, tensor: Tensor) -> TensorSpec:
        """A constant as small as it repeats to what it is; others as they are."""
        spec = self(tensor)
        if tensor.data is None or (small := narrowed(tensor.data)) is tensor.data:
            return spec
        return replace(spec, shape=small.shape, data=small)

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
        if isinstance(op, Broadcast) and is_implied(op, graph, BROADCASTING, MOST_AXES):
            specs.stand_for(op.output, op.input)
            continue
        written = _written(op, specs)
        if isinstance(written, str):
            raise UnsupportedError(f"{op.name} -> {op.label}: {written}")
        operators += written
    return model(operators, inputs, [specs(tensor) for tensor in graph.outputs])


def _written(op: Op, specs: Specs) -> Written:
    form = forms().get(op.name)
    if form is None:
        return f"TFLite has no operator for {op.name}"
    repeats = op.name in BROADCASTING and not all(tensor.is_constant for tensor in op.inputs)
    return form(op, specs.narrowed if repeats else specs)


def _spec(tensor: Tensor) -> TensorSpec:
    q = tensor.quantization
    if q is None:
        return TensorSpec(tensor.shape, tensor.dtype, data=tensor.data, name=tensor.name)
    zero, axis = int(q.zero_point.flat[0]), q.axis or 0
    return TensorSpec(tensor.shape, tensor.dtype, q.scale, zero, axis, tensor.data, tensor.name)
