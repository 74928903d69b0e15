# SPDX-License-Identifier: MIT
"""Scan: a graph over the slices of its operands, followed step by step.

Source: ONNX operator schema Scan.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Protocol

import numpy as np

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.ops import Pack, StridedSlice
from npucore.tensor import Tensor
from npucore_onnx.assembly import Assembly
from npucore_onnx.attributes import Subgraph
from npucore_onnx.records import NodeRecord
from npucore_onnx.value import Value, plain

SINCE = 9  # before this opset a batch comes first, and lengths may be given
MOST_STEPS = 1 << 12


class Steps(Protocol):
    """A reader of graphs, as `npucore_onnx.control.Control` is."""

    reading: Any

    def step(self, record: NodeRecord, graph: Subgraph, given: list[Value]) -> list[Value]:
        """The outputs of *graph*, whose nodes are read in place."""
        ...

    def done(self, record: NodeRecord, results: list[Value]) -> None:
        """Name the results of *record*."""
        ...

    def operand(self, record: NodeRecord, position: int) -> Value | None:
        """An operand of *record*; None if it is left out."""
        ...


def scan(steps: Steps, record: NodeRecord) -> None:
    """Read *record*, whose results are known afterwards."""
    graph = record.attributes.get("body")
    if not isinstance(graph, Subgraph):
        raise UnsupportedError(f"{record.where}: the graph body is missing")
    if record.opset < SINCE:
        _batched(steps, record, graph)
        return
    operands = [_needed(steps, record, place) for place in range(len(record.operands))]
    count = record.integer("num_scan_inputs", 0)
    results = _scanned(steps, record, graph, operands, count)
    steps.done(record, results)


def _scanned(
    steps: Steps, record: NodeRecord, graph: Subgraph, operands: list[Value], count: int
) -> list[Value]:
    if not 0 < count <= len(operands):
        raise InvalidModelError(f"{record.where}: {count} of {len(operands)} operands are scanned")
    states, scanned = operands[: len(operands) - count], operands[len(operands) - count :]
    axes = [axis % max(v.rank, 1) for axis, v in zip(
        _list(record, "scan_input_axes", count), scanned, strict=True)]  # fmt: skip
    lengths = {value.shape[axis] for value, axis in zip(scanned, axes, strict=True)}
    if len(lengths) != 1:
        raise InvalidModelError(f"{record.where}: sequences of {sorted(lengths)} steps")
    length, outputs = lengths.pop(), len(graph.proto.output) - len(states)
    if length > MOST_STEPS:
        raise UnsupportedError(f"{record.where}: {length} steps, at most {MOST_STEPS}")
    backwards = _list(record, "scan_input_directions", count)
    rows: list[list[Value]] = [[] for _ in range(outputs)]
    assembly: Assembly = steps.reading.assembly
    for step in range(length):
        given = [
            slice_of(assembly, value, axis, length - 1 - step if turned else step)
            for value, axis, turned in zip(scanned, axes, backwards, strict=True)
        ]
        found = steps.step(record, graph, [*states, *given])
        states = found[: len(states)]
        for row, value in zip(rows, found[len(states) :], strict=True):
            row.append(value)
    out_axes = _list(record, "scan_output_axes", outputs)
    turned_rows = _list(record, "scan_output_directions", outputs)
    return [*states, *(
        stack(assembly, row[::-1] if turned else row, axis)
        for row, axis, turned in zip(rows, out_axes, turned_rows, strict=True)
    )]  # fmt: skip


def _batched(steps: Steps, record: NodeRecord, graph: Subgraph) -> None:
    """Opset 8: every entry of the batch by itself, then put together again."""
    if steps.operand(record, 0) is not None:
        raise UnsupportedError(f"{record.where}: sequences of several lengths")
    operands = [_needed(steps, record, place) for place in range(1, len(record.operands))]
    count = record.integer("num_scan_inputs", 0)
    directions = {"scan_input_directions": record.attributes.get("directions", [0] * count)}
    plainly = dataclasses.replace(record, attributes={**record.attributes, **directions})
    assembly: Assembly = steps.reading.assembly
    batches = [
        _scanned(steps, plainly, graph, [slice_of(assembly, v, 0, entry) for v in operands], count)
        for entry in range(operands[0].shape[0])
    ]
    steps.done(record, [stack(assembly, list(row), 0) for row in zip(*batches, strict=True)])


def _needed(steps: Steps, record: NodeRecord, position: int) -> Value:
    value = steps.operand(record, position)
    if value is None:
        raise InvalidModelError(f"{record.where}: operand {position} is missing")
    return value


def _list(record: NodeRecord, name: str, count: int) -> list[int]:
    values = record.attributes.get(name) or [0] * count
    if not isinstance(values, list) or len(values) != count:
        raise InvalidModelError(f"{record.where}: the attribute {name} is {values!r}")
    return [int(value) for value in values]


def slice_of(assembly: Assembly, value: Value, axis: int, index: int) -> Value:
    """*value* at one index of an axis, without that axis."""
    source = assembly.arranged(value, plain(value.rank))
    label = f"{source.name}/{index}"
    if source.data is not None:
        data = np.array(np.take(source.data, index, axis), order="C")
        return Value.of(Tensor(label, data.shape, data.dtype, None, data))
    rank = len(source.shape)
    fields: dict[str, Any] = {
        "begin": tuple(index if a == axis else 0 for a in range(rank)),
        "sizes": tuple(1 if a == axis else n for a, n in enumerate(source.shape)),
        "strides": (1,) * rank,
        "dropped": (axis,),
    }
    return Value.of(
        assembly.emit(
            StridedSlice, label, source.dtype, source.quantization, input=source, **fields
        )
    )


def stack(assembly: Assembly, values: list[Value], axis: int) -> Value:
    """Values of one shape along a new axis."""
    tensors = tuple(assembly.arranged(value, plain(value.rank)) for value in values)
    rank = len(tensors[0].shape) + 1
    axis = axis % rank
    if all(tensor.data is not None for tensor in tensors):
        data = np.stack([np.asarray(tensor.data) for tensor in tensors], axis)
        return Value.of(Tensor(tensors[0].name, data.shape, data.dtype, None, data))
    label = f"{tensors[0].name}/stack"
    return Value.of(assembly.emit(Pack, label, tensors[0].dtype, operands=tensors, axis=axis))
