# SPDX-License-Identifier: MIT
"""A graph as the bytes of an ONNX model: float operators between QuantizeLinear nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Broadcast, Op
from npucore.rewrite.narrow import is_implied
from npucore.tensor import Tensor
from npucore_onnx.package import onnx
from npucore_onnx.writing.nodes import NodeSpec
from npucore_onnx.writing.ops import forms
from npucore_onnx.writing.values import Values

OPSET, IR_VERSION = 20, 9
PRODUCER = "npucore"
REPEATING = frozenset({"add", "div", "maximum", "minimum", "mul", "prelu", "subtract"})
"""Ops whose operators repeat an operand along axes of size 1."""


def refuse(op: Op) -> str | None:
    """Why an ONNX model has no form of *op*; None if it has one."""
    values = Values()
    for tensor in op.inputs:
        if not tensor.is_constant:
            _input(tensor, values)
    return _add(op, values)


def write(graph: Graph) -> bytes:
    """*graph* as a model.

    Raises `UnsupportedError` for the first op that ONNX has no form of, and without the package
    onnx.
    """
    if graph.states:
        raise UnsupportedError(f"{graph.name}: a network that keeps state cannot be written yet")
    values = Values()
    inputs = [_input(tensor, values) for tensor in graph.inputs]
    names = [values.nodes.name(tensor.name) for tensor in graph.outputs]
    for op in graph.ops:
        if isinstance(op, Broadcast) and _is_implied(op, graph):
            values.repeat(op.output, op.input)
        elif (why := _add(op, values)) is not None:
            raise UnsupportedError(f"{op.name} -> {op.label}: {why}")
    _give(values, list(zip(names, map(values.stored, graph.outputs), strict=True)))
    ends = list(zip(names, graph.outputs, strict=True))
    return _message(graph.name, values, list(zip(inputs, graph.inputs, strict=True)), ends)


def _give(values: Values, ends: Sequence[tuple[str, str]]) -> None:
    """Pairs of (name of an output, the value that it is): who makes a value names it so."""
    nodes = values.nodes.made
    written, new = {name for node in nodes for name in node.results}, dict[str, str]()
    copied = []
    for name, value in ends:
        if value in written and value not in new:
            new[value] = name
        else:
            copied.append(NodeSpec("Identity", [value], [name]))
    nodes += copied
    nodes[:] = [
        replace(
            node,
            operands=[new.get(name, name) for name in node.operands],
            results=[new.get(name, name) for name in node.results],
        )
        for node in nodes
    ]


def _is_implied(op: Broadcast, graph: Graph) -> bool:
    """Of as many axes, so that both can be turned."""
    rank = len(op.output.shape)
    return len(op.input.shape) == rank and is_implied(op, graph, REPEATING, rank)


def _add(op: Op, values: Values) -> str | None:
    """Write one op, or say why not."""
    form = forms().get(op.name)
    return f"no operator of ONNX is written for {op.name}" if form is None else form(op, values)


def _input(tensor: Tensor, values: Values) -> str:
    name = values.nodes.name(tensor.name)
    values.stand(tensor, name)
    return name


Ends = Sequence[tuple[str, Tensor]]


def _message(name: str, values: Values, inputs: Ends, outputs: Ends) -> bytes:
    helper: Any = onnx().helper
    numpy_helper: Any = onnx().numpy_helper
    nodes = [
        helper.make_node(n.operator, n.operands, n.results, domain=n.domain, **n.attributes)
        for n in values.nodes.made
    ]
    constants = [
        numpy_helper.from_array(np.ascontiguousarray(data).reshape(data.shape), key)
        for key, data in values.nodes.constants.items()
    ]
    ends = [[_end(helper, *end) for end in side] for side in (inputs, outputs)]
    graph = helper.make_graph(nodes, name or PRODUCER, ends[0], ends[1], constants)
    model = helper.make_model(
        graph,
        producer_name=PRODUCER,
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )
    data: bytes = model.SerializeToString()
    return data


def _end(helper: Any, name: str, tensor: Tensor) -> Any:
    kind = helper.np_dtype_to_tensor_dtype(tensor.dtype)
    return helper.make_tensor_value_info(name, kind, tensor.shape)
