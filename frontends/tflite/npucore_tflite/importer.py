# SPDX-License-Identifier: MIT
"""From records to a graph, operator by operator."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from npucore.contract.numbered import FileSignature
from npucore.errors import InputError, InvalidModelError, NpucoreError, UnsupportedError
from npucore.files.budget import Budget
from npucore.graph import Graph, State
from npucore.ops import Foreign, Op
from npucore.quantize import Rounding
from npucore.tensor import Shape, Tensor
from npucore_tflite.node import Node
from npucore_tflite.open_inputs import bound_shape
from npucore_tflite.ops import reading, refusal
from npucore_tflite.records import ModelRecord, OperatorRecord
from npucore_tflite.tensors import DTYPES, build_tensor
from npucore_tflite.variables import Variables

Shapes = Mapping[str, Shape]
Reader = Callable[["Importer", OperatorRecord], Iterator[Op]]
BYTES = 3  # tflite.TensorType.UINT8


class Importer:
    """Builds the graph of one subgraph.

    Tensors are kept by their number in the file; results of folded operators replace them.
    *variables* are the file's, which all its subgraphs share; inside an op there are none.
    *readers* read the operators that hold subgraphs or speak of variables, by their names.
    """

    def __init__(
        self,
        model: ModelRecord,
        index: int,
        variables: Variables | None,
        budget: Budget,
        readers: Mapping[str, Reader],
    ) -> None:
        self.budget, self.readers = budget, readers
        self.model, self.record = model, model.graph(index)
        self.tensors: list[Tensor | None] = [None] * len(self.record.tensors)
        self.variables, self.states = variables, list[State]()
        self.unread = False  # whether operators without a counterpart are kept, to be shown
        self.depth = 0  # of subgraphs within subgraphs
        self.handles: dict[int, str] = {}  # tensor -> the variable that it stands for
        self.origins: dict[Op, int] = {}  # op -> the operator that it was made for

    def of(self, index: int, variables: Variables | None) -> Importer:
        """One of another subgraph of the same file."""
        return Importer(self.model, index, variables, self.budget, self.readers)

    def graph(self, source: str, signature: FileSignature | None, shapes: Shapes) -> Graph:
        """The whole graph, called *source*; ends have the names of *signature* if there is one."""
        if len(set(self.record.inputs)) != len(self.record.inputs):
            raise InvalidModelError("an input occurs twice or is constant")
        inputs = self._inputs(signature, shapes)
        ops = list(self.operators())
        if self.unread:
            ops = _without_unread(ops, inputs)
        numbers = list(signature.outputs.values()) if signature else self.record.outputs
        outputs = tuple(self.tensor(number) for number in numbers)
        if signature:
            ops, outputs = _named(ops, outputs, list(signature.outputs))
        if not outputs:
            raise InvalidModelError("the graph returns nothing")
        if len(set(inputs)) != len(inputs) or any(t.is_constant for t in inputs):
            raise InvalidModelError("an input occurs twice or is constant")
        states = (*self.states, *(self.variables.states() if self.variables else ()))
        kept = (*outputs, *(state.after for state in states))
        return Graph(needed(ops, kept), inputs, outputs, Rounding.TFLITE, source, states=states)

    def body(self, given: Sequence[Tensor], name: str) -> Graph:
        """The graph as one inside an op that gives it tensors like *given*."""
        if len(given) != len(self.record.inputs):
            raise InvalidModelError(f"{name} takes {len(self.record.inputs)}, not {len(given)}")
        inputs = []
        for number, like in zip(map(self.checked, self.record.inputs), given, strict=True):
            own = build_tensor(self.record.tensors[number], number, self.budget)
            tensor = dataclasses.replace(
                own, shape=like.shape, dtype=like.dtype, quantization=like.quantization, data=None
            )
            self.tensors[number] = tensor
            inputs.append(tensor)
        ops = list(self.operators())
        outputs = tuple(self.tensor(number) for number in self.record.outputs)
        return Graph(needed(ops, outputs), tuple(inputs), outputs, Rounding.TFLITE, name)

    def tensor(self, index: int) -> Tensor:
        """A tensor of the file, built when it is first needed: unused ones may be anything."""
        if (tensor := self.tensors[self.checked(index)]) is None:
            record = self.record.tensors[index]
            tensor = self.tensors[index] = build_tensor(record, index, self.budget)
            if record.variable and tensor.data is None:
                self._keep(tensor)
        return tensor

    def _keep(self, tensor: Tensor) -> None:
        """A variable tensor is a state, 0 at first, until an operator says what it becomes."""
        zero = 0 if tensor.quantization is None else int(tensor.q.zero_point.flat[0])
        first = np.full(tensor.shape, zero, tensor.dtype)
        self.states.append(State(tensor, tensor, first))

    def becomes(self, before: Tensor, after: Tensor) -> None:
        """Say what the state that an operator has read as *before* is from now on."""
        for place, state in enumerate(self.states):
            if state.after is before:
                self.states[place] = dataclasses.replace(state, after=after)

    def _inputs(self, signature: FileSignature | None, shapes: Shapes) -> tuple[Tensor, ...]:
        if signature is None:
            inputs = map(self.checked, self.record.inputs)
            names = {index: self.record.tensors[index].name for index in inputs}
        else:
            names = {index: name for name, index in signature.inputs.items()}
        for index in names:
            self.checked(index)
        aliases = self._aliases()
        wanted = dict(shapes)
        found = []
        for index in names:
            record = self.record.tensors[index]
            keys = [names[index], record.name, *aliases.get(index, ())]
            given = next((wanted.pop(key) for key in keys if key in wanted), None)
            shape = bound_shape(names[index], record, given)
            bound = dataclasses.replace(record, shape=shape)
            built = build_tensor(bound, index, self.budget)
            self.tensors[index] = dataclasses.replace(built, name=names[index] or built.name)
            found.append(self.tensor(index))
        if wanted:
            known = ", ".join(tensor.name for tensor in found) or "none"
            raise InputError(f"no input called {min(wanted)!r}; inputs: {known}")
        return tuple(found)

    def checked(self, index: int) -> int:
        """The number of a tensor that the file has."""
        if not 0 <= index < len(self.tensors):
            raise InvalidModelError(f"tensor {index} of {len(self.tensors)}")
        return index

    def _aliases(self) -> dict[int, list[str]]:
        """Names that the file's signatures have for the inputs of this subgraph."""
        found: dict[int, list[str]] = {}
        for signature in self.model.signatures:
            for name, index in signature.inputs.items():
                if self.model.graph(signature.graph) is self.record:
                    found.setdefault(index, []).append(name)
        return found

    def operators(self) -> Iterator[Op]:
        """The ops of all operators, in order."""
        for operator in self.record.operators:
            for op in self._ops_or_foreign(operator) if self.unread else self._ops(operator):
                self.origins[op] = operator.index
                yield op

    def _ops_or_foreign(self, record: OperatorRecord) -> Iterator[Op]:
        try:
            yield from list(self._ops(record))
        except NpucoreError as error:
            results = []
            for index in record.outputs:
                tensor = self.tensors[index] = self._known(index)
                results.append(tensor)
            known = (self.tensors[i] for i in record.inputs if 0 <= i < len(self.tensors))
            yield Foreign(
                operands=tuple(t for t in known if t is not None),
                results=tuple(results),
                operator=record.name,
                reason=str(error),
            )

    def _known(self, index: int) -> Tensor:
        """A tensor as far as it can be told, of a dtype without a counterpart as of bytes."""
        if (tensor := self.tensors[self.checked(index)]) is not None:
            return tensor
        record = self.record.tensors[index]
        known = record if record.type in DTYPES else dataclasses.replace(record, type=BYTES)
        unknown = record.data is None or known is not record
        tensor = build_tensor(known, index, self.budget, declared=unknown)
        self.tensors[index] = tensor
        return tensor

    def _ops(self, record: OperatorRecord) -> Iterator[Op]:
        """The ops for one operator: none if it could be computed at once."""
        if record.name in self.readers:
            yield from self.readers[record.name](self, record)
            return
        builder, folder = reading(record.name)
        if builder is None and folder is None:
            why = refusal(record.name)
            raise UnsupportedError(f"operator {record.index} is {record.name}: {why}")
        node = self.node(record)
        if self._fold(node, folder) or builder is None:
            return
        op = builder(node)
        yield from node.before
        results = node.folded or op.outputs
        for index, tensor in zip(record.outputs, results, strict=False):
            self.tensors[index] = tensor
        if node.folded is None:
            yield op
        for before, after in node.states:
            self.becomes(before, after)

    def node(self, record: OperatorRecord) -> Node:
        """An operator with its tensors."""
        operands = [None if i == -1 else self.tensor(i) for i in record.inputs]
        return Node(record, operands, self.node_results(record), self.budget)

    def node_results(self, record: OperatorRecord) -> list[Tensor]:
        """The results of an operator as the file declares them."""
        return [self.declared(index) for index in record.outputs]

    def declared(self, index: int) -> Tensor:
        """A result as the file declares it; its shape is not trusted."""
        self.checked(index)
        return build_tensor(self.record.tensors[index], index, self.budget, declared=True)

    def _fold(self, node: Node, folder: Callable[[Node], Tensor | None] | None) -> bool:
        """Replace the result by a constant if the operator's operands already say it."""
        if folder is None or (tensor := folder(node)) is None:
            return False
        self.tensors[node.record.outputs[0]] = dataclasses.replace(tensor, name=node.output.name)
        return True


def _without_unread(ops: list[Op], inputs: tuple[Tensor, ...]) -> list[Op]:
    """Foreign ops without operands that nothing has written."""
    written = set(inputs)
    kept: list[Op] = []
    for op in ops:
        if isinstance(op, Foreign):
            operands = tuple(t for t in op.operands if t in written or t.is_constant)
            op = dataclasses.replace(op, operands=operands)
        written.update(op.outputs)
        kept.append(op)
    return kept


def _named(
    ops: list[Op], outputs: tuple[Tensor, ...], names: list[str]
) -> tuple[list[Op], tuple[Tensor, ...]]:
    """Outputs under the names of a signature."""
    swap = {t: dataclasses.replace(t, name=n) for t, n in zip(outputs, names, strict=True)}
    written = {tensor for op in ops for tensor in op.outputs}
    swap = {t: renamed for t, renamed in swap.items() if t in written}
    return [substituted(op, swap) for op in ops], tuple(swap.get(t, t) for t in outputs)


def substituted(op: Op, swap: Mapping[Tensor, Tensor]) -> Op:
    """*op* with other tensors in the places of some of its own."""
    if not any(tensor in swap for tensor in (*op.inputs, *op.outputs)):
        return op

    def other(value: object) -> object:
        if isinstance(value, Tensor):
            return swap.get(value, value)
        if isinstance(value, tuple) and any(isinstance(item, Tensor) for item in value):
            return tuple(other(item) for item in value)
        return value

    fields = {f.name: other(getattr(op, f.name)) for f in dataclasses.fields(op)}
    return type(op)(**fields)


def needed(ops: list[Op], outputs: tuple[Tensor, ...]) -> tuple[Op, ...]:
    """Drop ops whose results nobody reads: folded shapes leave such remains."""
    wanted, kept = set(outputs), []
    for op in reversed(ops):
        if any(tensor in wanted for tensor in op.outputs):
            wanted.update(op.inputs)
            kept.append(op)
    return tuple(reversed(kept))
