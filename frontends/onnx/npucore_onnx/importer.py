# SPDX-License-Identifier: MIT
"""From records to a graph, node by node."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from npucore.errors import InputError, InvalidModelError, NpucoreError, UnsupportedError
from npucore.files.budget import Budget
from npucore.graph import Graph
from npucore.ops import Foreign
from npucore.quantize import Rounding
from npucore.tensor import Array, Shape, Tensor
from npucore_onnx.affine import Affines
from npucore_onnx.assembly import Assembly
from npucore_onnx.constants import Constants, check_size
from npucore_onnx.contrib import expanded, not_supported
from npucore_onnx.control import Control
from npucore_onnx.ends import narrowed_output, widened_input
from npucore_onnx.fold import fold
from npucore_onnx.functions import Functions
from npucore_onnx.fuse import fused
from npucore_onnx.halves import BFLOAT16, FLOAT16, NOTE, is_half, widened
from npucore_onnx.inline import graphs_of, live
from npucore_onnx.node import Node, NotConstantError
from npucore_onnx.normalise import normalised
from npucore_onnx.ops import builders
from npucore_onnx.ops.affine import BITS, GENERALLY
from npucore_onnx.qoperator import rewritten
from npucore_onnx.records import EndRecord, ModelRecord, NodeRecord, Operand
from npucore_onnx.schemas import check_attributes
from npucore_onnx.shapes import bound_shape, dimensions, fits
from npucore_onnx.value import Value, plain

WEIGHTS = {"Conv": (1, 2), "Gemm": (1, 2), "MatMul": (1,)}
"""Operands whose dtype may differ from the result's."""

GENERAL = frozenset({"QuantizeLinear", "DequantizeLinear"})

NODE_BYTES = 16  # fewer than any node takes in a file


class Importer:
    """Builds the graph of one file.

    *shapes* binds the inputs' open dimensions; *bound* are inputs that are to be constants;
    *budget* counts the elements that are made of constants, *bodies* the bytes of functions' nodes.
    """

    def __init__(
        self,
        model: ModelRecord,
        constants: Constants,
        shapes: Mapping[str, Shape],
        bound: Mapping[str, Array],
        budget: Budget,
        bodies: Budget,
        *,
        again: bool = False,
    ) -> None:
        self.model = model if again else normalised(model, constants)
        self.constants, self.shapes = constants, shapes
        self.budgets = budget, bodies
        self.assembly = Assembly(budget)
        self.functions = Functions(model.functions, model.opsets, bodies)
        self.values: dict[str, Value] = {}
        self.ends: dict[str, Tensor] = {}
        self.unread = False  # whether nodes without a counterpart are kept, to be shown
        self.notes: list[str] = []
        self.bound, self.inputs = bound, {end.name: end for end in self.model.inputs}
        for name, array in bound.items():
            data = widened(array)
            self.values[name] = Value.of(Tensor(name, data.shape, data.dtype, None, data))
        self.control = Control(self)
        self.affines = Affines(self._array, self._known, constants.nibbles, self.model.nodes)
        self._opening: set[str] = set()

    def graph(self, name: str) -> Graph:
        """The whole graph, called *name*."""
        if unknown := self.shapes.keys() - {end.name for end in self.model.inputs}:
            known = ", ".join(end.name for end in self.model.inputs) or "none"
            raise InputError(f"no input called {min(unknown)!r}; inputs: {known}")
        try:
            inputs = tuple(self._input(e) for e in self.model.inputs if e.name not in self.bound)
            for record in live(self.model):
                self._read(record)
        except NotConstantError as error:
            error.inputs = self.assembly.sources(error.tensor)
            raise
        if len(set(inputs)) != len(inputs):
            raise InvalidModelError("an input occurs twice")
        arranged = [self._output(end) for end in self.model.outputs]
        if not arranged:
            raise InvalidModelError("the graph returns nothing")
        names = [end.name for end in self.model.outputs]
        outputs = self.assembly.named(arranged, names)
        parts = fused(self.assembly.ops, inputs, outputs)
        return Graph(*parts, Rounding.EXACT, name, notes=self._notes())

    def _notes(self) -> tuple[str, ...]:
        ends = (*self.model.inputs, *self.model.outputs)
        protos = self.constants.types()
        halves = any(is_half(end.dtype) for end in ends) or protos & {FLOAT16, BFLOAT16}
        return (*self.notes, *((NOTE,) if halves else ()))

    def _read(self, record: NodeRecord) -> None:
        """Read a node of the graph itself; with `unread`, keep one that nothing runs."""
        if not self.unread:
            self._node(record, 0)
            return
        try:
            self._node(record, 0)
        except NpucoreError as error:
            names = [operand.name for operand in record.operands]
            operands = [self.values[name].tensor for name in names if name in self.values]
            results = []
            for number, name in enumerate(record.results):
                tensor = Tensor(name or f"{record.index}.{number}", (), np.dtype(np.float32))
                results.append(tensor)
                if name and name not in self.values:
                    self.values[name] = Value.of(tensor)
            self.assembly.add(
                Foreign(
                    operands=tuple(operands),
                    results=tuple(results),
                    operator=record.operator,
                    reason=str(error),
                )
            )

    def _input(self, end: EndRecord) -> Tensor:
        if end.name in self.ends:
            return self.ends[end.name]
        given = self.shapes.get(end.name)
        shape = bound_shape(end, given)
        check_size(shape, end.dtype, end.name)
        if end.name in self._opening:
            raise InvalidModelError(f"the quantization of the input {end.name} describes itself")
        self._opening.add(end.name)
        meaning = self.affines.of_input(end, shape)
        tensor = self.ends[end.name] = Tensor(end.name, shape, end.dtype, meaning)
        self.values[end.name] = Value.of(widened_input(self.assembly, tensor))
        return tensor

    def _output(self, end: EndRecord) -> Tensor:
        value = self._value(end.name, "the graph returns")
        if self.unread:
            return self.assembly.arranged(value, plain(value.rank))
        if end.shape is not None and not fits(value.shape, end.shape):
            declared = dimensions(end.shape)
            self.notes.append(f"{end.name} is {value.shape}, where the file says {declared}")
        tensor = self.assembly.arranged(value, plain(value.rank))
        tensor = narrowed_output(self.assembly, tensor, end.name, end.dtype)
        if tensor.dtype != end.dtype:
            raise InvalidModelError(f"{end.name} is {tensor.dtype}, declared {end.dtype}")
        return tensor

    def _value(self, name: str, who: str) -> Value:
        if name not in self.values and name in self.inputs:
            self._input(self.inputs[name])
        if name not in self.values:
            if name not in self.constants:
                raise InvalidModelError(f"{who} {name!r} before anything has written it")
            data = widened(self.constants[name])
            self.values[name] = Value.of(Tensor(name, data.shape, data.dtype, None, data))
        return self.values[name]

    def _known(self, name: str, who: str) -> Array | None:
        """A constant, or None for what is computed or given."""
        return self._value(name, who).data

    def value(self, name: str, who: str) -> Value:
        """A value by its name; *who* asks for it."""
        return self._value(name, who)

    def know(self, name: str, value: Value) -> None:
        """Add a value."""
        if name in self.values:
            raise InvalidModelError(f"{name} is taken")
        self.values[name] = value

    def follow(self, nodes: tuple[NodeRecord, ...], constants: Mapping[str, Any]) -> None:
        """Read the nodes of a graph inside a node, with constants of their own."""
        self.constants.add(constants)
        for record in nodes:
            self._node(rewritten(record), 0)

    def inside(self) -> InnerImporter:
        """A reader for a graph inside a node that is run by itself."""
        return InnerImporter(self)

    def _array(self, name: str, who: str) -> Array:
        """A constant that describes a quantization."""
        value = self._value(name, who)
        if value.data is None:
            raise NotConstantError(f"{who}: {name} is computed, not constant", value.tensor)
        return value.data

    def _node(self, record: NodeRecord, depth: int) -> None:
        self.budgets[1].take(NODE_BYTES, record.where)  # loops and functions repeat theirs
        check_attributes(record := self._plainly(record))
        if graphs_of(record) and (record.domain, record.operator) not in self.functions:
            self.control.read(record)
            return
        operands = [self._operand(position, record) for position in range(len(record.operands))]
        stored = None if record.affine is None else self.affines.of_result(record)
        node = Node(record, operands, stored, self.assembly)
        node.reserve(sum(v.tensor.elements for v in operands if v and v.data is not None))
        results: Value | tuple[Value, ...] | None = fold(node)
        if results is None and (builder := builders().get((record.domain, record.operator))):
            results = builder(node)
        if results is not None:
            self._store(record, results)
            return
        body = expanded(node)
        if body is None:
            body = self.functions.body(node, depth)
        if body is None:
            raise UnsupportedError(f"{record.where}: {not_supported(record)}")
        for inner in body:
            self._node(rewritten(inner), depth + 1)

    def _plainly(self, record: NodeRecord) -> NodeRecord:
        """Quantization that no op takes as it is, as an operator on plain numbers."""
        if record.domain or record.operator not in GENERAL:
            return record
        affine = record.affine or record.operands[0].affine
        dtype = self._value(record.operands[0].name, f"{record.where} reads").dtype
        if affine is None or self.affines.is_simple(affine, record, dtype):
            return record
        names = [record.operands[0].name, affine.scale, affine.zero_point]
        attributes = {**record.attributes, BITS: self.constants.nibbles(affine.zero_point)}
        return dataclasses.replace(
            record,
            domain=GENERALLY,
            operands=tuple(map(Operand, names)),
            affine=None,
            attributes=attributes,
        )

    def _operand(self, position: int, record: NodeRecord) -> Value | None:
        operand = record.operands[position]
        if not operand.name:
            return None
        value = self._value(operand.name, f"{record.where} reads")
        if operand.affine is None:
            return value
        if value.data is not None:  # constants lie as ONNX has them, so that axes are its own
            value = Value.of(self.assembly.arranged(value, plain(value.rank)))
        meaning = self.affines.of_operand(operand.affine, value, record)
        tensor = self.assembly.requantized(value.tensor, meaning)
        if record.affine is not None and position not in WEIGHTS.get(record.operator, ()):
            tensor = self.assembly.flipped(tensor, self.affines.dtype(record.affine, record))
        return Value(tensor, value.order)

    def _store(self, record: NodeRecord, results: Value | tuple[Value, ...]) -> None:
        if isinstance(results, Value):
            results = (results,)
        for name, value in zip(record.results, results, strict=False):
            if name in self.values:
                raise InvalidModelError(f"{record.where}: {name} is taken")
            if name:
                self.values[name] = value


class InnerImporter(Importer):
    """Reads a graph that an op runs: what it takes from *outer* becomes its inputs."""

    def __init__(self, outer: Importer) -> None:
        mine = outer.model, outer.constants, outer.shapes, dict[str, Array]()
        super().__init__(*mine, *outer.budgets, again=True)
        self.outer, self.functions, self.notes = outer, outer.functions, outer.notes
        self.captured: dict[Tensor, Tensor] = {}

    def _value(self, name: str, who: str) -> Value:
        if name in self.values:
            return self.values[name]
        value = self.outer.value(name, who)
        if value.data is None:
            value = Value(self._captured(value.tensor), value.order)
        self.values[name] = value
        return value

    def _captured(self, tensor: Tensor) -> Tensor:
        if tensor not in self.captured:
            self.captured[tensor] = dataclasses.replace(tensor)
        return self.captured[tensor]
