# SPDX-License-Identifier: MIT
"""Operators that hold subgraphs, or speak of variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import tflite

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.ops import Branch, Loop, Op
from npucore.tensor import Tensor
from npucore_tflite.flatbuffer import read_options
from npucore_tflite.importer import Importer, Reader
from npucore_tflite.records import OperatorRecord
from npucore_tflite.variables import Variables

LARGEST_DEPTH = 8


def where(record: OperatorRecord) -> str:
    """Place and name of the operator, for messages."""
    return f"operator {record.index} ({record.name})"


def read_if(importer: Importer, record: OperatorRecord) -> Iterator[Op]:
    """IF: the subgraph is chosen at once if the condition is constant, else at every run."""
    options = read_options(record, tflite.IfOptions, ("ThenSubgraphIndex", "ElseSubgraphIndex"))
    node = importer.node(record)
    condition, operands = node.input(0), node.all_inputs()[1:]
    then, other = (
        inner(importer, index, record).body(operands, record.name) for index in options.values()
    )
    ends = tuple(Tensor(t.name, t.shape, t.dtype, t.quantization) for t in then.outputs)
    op = Branch(condition=condition, operands=operands, results=ends, then=then, other=other)
    _store(importer, record, ends)
    yield op


def read_while(importer: Importer, record: OperatorRecord) -> Iterator[Op]:
    """WHILE: the operands are carried from step to step."""
    options = read_options(record, tflite.WhileOptions, ("CondSubgraphIndex", "BodySubgraphIndex"))
    node = importer.node(record)
    carried = node.all_inputs()
    condition, body = (
        inner(importer, index, record).body(carried, record.name) for index in options.values()
    )
    ends = tuple(Tensor(t.name, t.shape, t.dtype, t.quantization) for t in carried)
    _store(importer, record, ends)
    yield Loop(carried=carried, results=ends, condition=condition, body=body)


def call_once(importer: Importer, record: OperatorRecord) -> Iterator[Op]:
    """CALL_ONCE: what its subgraph assigns is what variables begin with."""
    (index,) = read_options(record, tflite.CallOnceOptions, ("InitSubgraphIndex",)).values()
    variables = _variables(importer, record)
    start = importer.of(index, Beginning(variables))
    for op in start.operators():
        raise UnsupportedError(f"{where(record)}: variables begin with what {op.name} computes")
    return iter(())


class Beginning(Variables):
    """Assigned while a file is opened: constants that variables begin with."""

    def __init__(self, variables: Variables) -> None:
        super().__init__()
        self.first = variables.first

    def assign(self, name: str, tensor: Tensor, where: str) -> None:
        """The variable begins with *tensor*."""
        self.begin(name, tensor, where)


def var_handle(importer: Importer, record: OperatorRecord) -> Iterator[Op]:
    """VAR_HANDLE: a name for a tensor that stands for a variable."""
    options = read_options(record, tflite.VarHandleOptions, ("Container", "SharedName"))
    parts = [(value or b"").decode("utf-8", "replace") for value in options.values()]
    importer.handles[_end(record.outputs, 0, record)] = "/".join(part for part in parts if part)
    return iter(())


def read_variable(importer: Importer, record: OperatorRecord) -> Iterator[Op]:
    """READ_VARIABLE: the variable as it is now."""
    name = _name(importer, record)
    declared = importer.declared(_end(record.outputs, 0, record))
    tensor = _variables(importer, record).read(name, declared, where(record))
    importer.tensors[_end(record.outputs, 0, record)] = tensor
    return iter(())


def assign_variable(importer: Importer, record: OperatorRecord) -> Iterator[Op]:
    """ASSIGN_VARIABLE: another value from now on."""
    name = _name(importer, record)
    _variables(importer, record).assign(
        name, importer.tensor(_end(record.inputs, 1, record)), where(record)
    )
    return iter(())


def inner(importer: Importer, index: int, record: OperatorRecord) -> Importer:
    """A reader for a subgraph inside an op; variables are not seen from there."""
    depth = importer.depth + 1
    if depth > LARGEST_DEPTH:
        raise InvalidModelError(f"{where(record)}: subgraphs within subgraphs, too deep")
    found = importer.of(index, None)
    found.depth = depth
    return found


def _store(importer: Importer, record: OperatorRecord, results: tuple[Tensor, ...]) -> None:
    if len(results) != len(record.outputs):
        raise InvalidModelError(f"{where(record)}: {len(record.outputs)} results")
    for index, tensor in zip(record.outputs, results, strict=True):
        importer.tensors[importer.checked(index)] = tensor


def _end(ends: tuple[int, ...], place: int, record: OperatorRecord) -> int:
    if place >= len(ends):
        raise InvalidModelError(f"{where(record)}: {len(ends)} operands or results")
    return ends[place]


def _name(importer: Importer, record: OperatorRecord) -> str:
    handle = record.inputs[0] if record.inputs else -1
    if handle not in importer.handles:
        raise UnsupportedError(f"{where(record)}: a variable that is no VAR_HANDLE's")
    return importer.handles[handle]


def _variables(importer: Importer, record: OperatorRecord) -> Variables:
    if importer.variables is None:
        raise UnsupportedError(f"{where(record)}: variables inside IF or WHILE")
    return importer.variables


READERS: Mapping[str, Reader] = {
    "ASSIGN_VARIABLE": assign_variable,
    "CALL_ONCE": call_once,
    "IF": read_if,
    "READ_VARIABLE": read_variable,
    "VAR_HANDLE": var_handle,
    "WHILE": read_while,
}
"""Name of the operator -> function that reads it."""
