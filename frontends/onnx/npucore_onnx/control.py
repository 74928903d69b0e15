# SPDX-License-Identifier: MIT
"""If, Loop and Scan: followed while the file is read where that is possible, else run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from npucore.errors import NpucoreError, UnsupportedError
from npucore.graph import Graph
from npucore.ops import Add, Branch, Foreign, Less, Loop, Op, Select
from npucore.quantize import Rounding
from npucore.tensor import Array, Tensor
from npucore_onnx.assembly import Assembly
from npucore_onnx.attributes import Subgraph
from npucore_onnx.inline import inlined
from npucore_onnx.records import NodeRecord
from npucore_onnx.scan import scan, stack
from npucore_onnx.value import Value, plain

MOST_STEPS = 1 << 12  # of a loop that is followed while the file is read
BOOL, INDEX = np.dtype(np.bool_), np.dtype(np.int64)


class Reading(Protocol):
    """A reader of nodes, as `npucore_onnx.importer.Importer` is."""

    assembly: Assembly
    notes: list[str]
    """Sentences for the user."""

    def value(self, name: str, who: str) -> Value:
        """A value that is there already."""
        ...

    def know(self, name: str, value: Value) -> None:
        """A further value."""
        ...

    def follow(self, nodes: tuple[NodeRecord, ...], constants: Mapping[str, Any]) -> None:
        """Read nodes, with constants of their own."""
        ...

    def inside(self) -> Inside:
        """A reader for a graph that is run by itself."""
        ...


class Inside(Reading, Protocol):
    """A reader for a graph inside an op: *captured* are tensors around it -> its own inputs."""

    captured: dict[Tensor, Tensor]


class Control:
    """Reads the nodes that hold graphs."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self._count = reading, 0

    def read(self, record: NodeRecord) -> None:
        """Read *record*, whose results are known afterwards."""
        match (record.domain, record.operator):
            case ("", "If"):
                self._if(record)
            case ("", "Loop"):
                self._loop(record)
            case ("", "Scan"):
                scan(self, record)
            case _:
                raise UnsupportedError(f"{record.where}: not supported")

    def prefix(self, record: NodeRecord) -> str:
        """The beginning of names in a graph of *record*; another one each time."""
        self._count += 1
        return f"{record.results[0] if record.results else ''}/{record.operator}.{self._count}/"

    def step(self, record: NodeRecord, graph: Subgraph, given: list[Value]) -> list[Value]:
        """The outputs of *graph*, whose nodes are read in place."""
        return follow(self.reading, record, graph, given, self.prefix(record))

    def done(self, record: NodeRecord, results: list[Value]) -> None:
        """Name the results of *record*."""
        for name, value in zip(record.results, results, strict=False):
            if name:
                self.reading.know(name, value)

    def operand(self, record: NodeRecord, position: int) -> Value | None:
        """An operand of *record*; None if it is left out."""
        if position >= len(record.operands) or not record.operands[position].name:
            return None
        return self.reading.value(record.operands[position].name, f"{record.where} reads")

    def _if(self, record: NodeRecord) -> None:
        condition = self.operand(record, 0)
        graphs = [_graph(record, name) for name in ("then_branch", "else_branch")]
        if condition is None or condition.data is None:
            self._branch(record, condition, graphs)
            return
        chosen = graphs[0] if condition.data.reshape(-1)[0] else graphs[1]
        self.done(record, self.step(record, chosen, []))

    def _branch(self, record: NodeRecord, condition: Value | None, graphs: list[Subgraph]) -> None:
        if condition is None:
            raise UnsupportedError(f"{record.where}: no condition")
        read = [self._inside(record, graph) for graph in graphs]
        found = [part for part in read if not isinstance(part, NpucoreError)]
        errors = [part for part in read if isinstance(part, NpucoreError)]
        if not found:
            raise errors[0]
        self.reading.notes += [f"{record.where}: a branch must not be taken: {e}" for e in errors]
        shapes = [[(value.shape, value.dtype) for value in values] for _, values in found]
        if shapes[0] != shapes[-1]:
            raise UnsupportedError(f"{record.where}: branches of {shapes[0]} and {shapes[1]}")
        operands = tuple({t: None for reader, _ in found for t in reader.captured})
        like = _body(*found[0], operands, record)
        then, other = (
            _unreadable(part, like)
            if isinstance(part, NpucoreError)
            else _body(*part, operands, record)
            for part in read
        )
        results = tuple(
            Tensor(name or f"{record.operator}.{n}", t.shape, t.dtype)
            for n, (name, t) in enumerate(zip(record.results, then.outputs, strict=False))
        )
        tensor = self.reading.assembly.arranged(condition, plain(condition.rank))
        self._add(record, Branch, condition=tensor, operands=operands, results=results,
                  then=then, other=other)  # fmt: skip
        self.done(record, [Value.of(tensor) for tensor in results])

    def _inside(
        self, record: NodeRecord, graph: Subgraph
    ) -> tuple[Inside, list[Value]] | NpucoreError:
        """A graph that is run by itself; why it cannot be, which matters only if it is taken."""
        reader = self.reading.inside()
        try:
            return reader, follow(reader, record, graph, [], self.prefix(record))
        except NpucoreError as error:
            return error

    def _add(self, record: NodeRecord, kind: type[Op], **fields: Any) -> None:
        self.reading.assembly.add(kind(**fields))

    def _loop(self, record: NodeRecord) -> None:
        graph = _graph(record, "body")
        limit, going = self.operand(record, 0), self.operand(record, 1)
        carried = [self._needed(record, p) for p in range(2, len(record.operands))]
        scanned = len(graph.proto.output) - 1 - len(carried)
        fixed = limit is not None and limit.data is not None
        if fixed and (going is None or going.data is not None):
            assert limit is not None
            steps = int(np.asarray(limit.data).reshape(-1)[0])
            first = going is None or bool(np.asarray(going.data).reshape(-1)[0])
            if self._unrolled(record, graph, steps if first else 0, carried, scanned):
                return
        if scanned:
            raise UnsupportedError(
                f"{record.where}: the number of steps is computed, and with it a result's shape"
            )
        self._run(record, graph, limit, going, carried)

    def _needed(self, record: NodeRecord, position: int) -> Value:
        value = self.operand(record, position)
        if value is None:
            raise UnsupportedError(f"{record.where}: operand {position} is missing")
        return value

    def _unrolled(
        self, record: NodeRecord, graph: Subgraph, steps: int, carried: list[Value], scanned: int
    ) -> bool:
        """Whether the loop could be followed step by step: its condition has to be constant."""
        if steps > MOST_STEPS:
            if scanned:
                raise UnsupportedError(f"{record.where}: {steps} steps, at most {MOST_STEPS}")
            return False
        rows: list[list[Value]] = [[] for _ in range(scanned)]
        values = list(carried)
        for step in range(steps):
            given = [_constant(np.array(step, INDEX)), _constant(np.array(True)), *values]
            found = self.step(record, graph, given)
            going = found[0].data
            if going is None:
                if step:
                    raise UnsupportedError(f"{record.where}: a condition that is computed later")
                return False
            values = found[1 : 1 + len(values)]
            for row, value in zip(rows, found[1 + len(values) :], strict=True):
                row.append(value)
            if not going.reshape(-1)[0]:
                break
        if scanned and not rows[0]:
            raise UnsupportedError(f"{record.where}: no steps, whose results have no shape")
        stacked = [stack(self.reading.assembly, row, 0) for row in rows]
        self.done(record, [*values, *stacked])
        return True

    def _run(
        self,
        record: NodeRecord,
        graph: Subgraph,
        limit: Value | None,
        going: Value | None,
        carried: list[Value],
    ) -> None:
        """As an op: step and condition are carried as well."""
        assembly = self.reading.assembly
        first = [_constant(np.array(0, INDEX)), going or _constant(np.array(True)), *carried]
        start = tuple(
            _shaped(assembly, value, () if place < 2 else None) for place, value in enumerate(first)
        )
        inner = self.reading.inside()
        ends = [Tensor(f"{t.name}/carried", t.shape, t.dtype) for t in start]
        found = follow(inner, record, graph, [Value.of(t) for t in ends], self.prefix(record))
        one = _constant(np.array(1, INDEX)).tensor
        index = inner.assembly.emit(Add, "step", INDEX, a=ends[0], b=one)
        last = _constant(np.array(np.iinfo(INDEX).max, INDEX)) if limit is None else limit
        bound = _shaped(assembly, last, ())
        operands = (*inner.captured, bound)
        own = (*inner.captured.values(), Tensor("limit", (), INDEX))
        outputs = [
            index,
            *(_shaped(inner.assembly, v, () if n == 0 else None) for n, v in enumerate(found)),
        ]
        body = Graph(tuple(inner.assembly.ops), (*ends, *own), tuple(outputs), Rounding.EXACT)
        results = tuple(
            Tensor(f"{record.where}/{n}", t.shape, t.dtype) for n, t in enumerate(start)
        )
        self._add(record, Loop, carried=start, captured=operands, results=results,
                  condition=_condition(body), body=body)  # fmt: skip
        self.done(record, [Value.of(tensor) for tensor in results[2:]])


def _condition(body: Graph) -> Graph:
    """``going and step < limit`` over the tensors that *body* is given."""
    inputs = tuple(Tensor(t.name, t.shape, t.dtype) for t in body.inputs)
    step, going, limit = inputs[0], inputs[1], inputs[-1]
    below, both = Tensor("below", (), BOOL), Tensor("both", (), BOOL)
    no = Tensor("no", (), BOOL, None, np.array(False))
    ops = (
        Less(a=step, b=limit, output=below),
        Select(condition=going, a=below, b=no, output=both),
    )
    return Graph(ops, inputs, (both,), Rounding.EXACT)


def _shaped(assembly: Assembly, value: Value, shape: tuple[int, ...] | None) -> Tensor:
    tensor = assembly.arranged(value, plain(value.rank))
    return tensor if shape is None else assembly.reshaped(tensor, shape)


def _unreadable(error: NpucoreError, like: Graph) -> Graph:
    """A graph with the ends of *like* that says why it cannot run."""
    inputs = tuple(Tensor(t.name, t.shape, t.dtype, t.quantization) for t in like.inputs)
    results = tuple(Tensor(t.name, t.shape, t.dtype) for t in like.outputs)
    op = Foreign(operands=inputs, results=results, operator="If", reason=str(error))
    return Graph((op,), inputs, results, Rounding.EXACT, like.name)


def _body(
    reader: Inside, values: list[Value], operands: tuple[Tensor, ...], record: NodeRecord
) -> Graph:
    """A graph that takes *operands*, whether it reads them or not."""
    outputs = tuple(reader.assembly.arranged(value, plain(value.rank)) for value in values)
    inputs = tuple(
        reader.captured.get(t) or Tensor(t.name, t.shape, t.dtype, t.quantization) for t in operands
    )
    return Graph(tuple(reader.assembly.ops), inputs, outputs, Rounding.EXACT, record.operator)


def follow(
    reading: Reading, record: NodeRecord, graph: Subgraph, given: list[Value], prefix: str
) -> list[Value]:
    """Read *graph* by *reading*; what it gives."""
    names = [f"{prefix}input.{number}" for number in range(len(given))]
    for name, value in zip(names, given, strict=True):
        reading.know(name, value)
    part = inlined(record, graph, names, prefix)
    reading.follow(part.nodes, part.constants)
    return [reading.value(name, f"{record.where} returns") for name in part.results]


def _graph(record: NodeRecord, name: str) -> Subgraph:
    graph = record.attributes.get(name)
    if not isinstance(graph, Subgraph):
        raise UnsupportedError(f"{record.where}: the graph {name} is missing")
    return graph


def _constant(array: Array) -> Value:
    return Value.of(Tensor("constant", array.shape, array.dtype, None, array))
