# SPDX-License-Identifier: MIT
"""Which of a file's operators can be run apart from the others, and which tensors those are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from npucore.contract.numbered import FileGraph, Numbered
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.litert.external.context import Part
from npucore.ops import Op
from npucore.tensor import Tensor


@dataclass(frozen=True, slots=True)
class Piece:
    """A graph of operators' ops, and the file's numbers of its inputs and outputs."""

    graph: Graph
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


class Claims:
    """A file's graph, as declared and as it was read."""

    def __init__(self, declared: FileGraph, read: Numbered) -> None:
        self._declared, self._read = declared, read
        self._wanted = {*declared.outputs, *(n for o in declared.operators for n in o.inputs)}
        self._kept = {*read.graph.outputs, *(state.after for state in read.graph.states)}
        self.operators = range(len(read.ops))
        self.operator_of = {op: n for n, ops in enumerate(read.ops) for op in ops}

    def ops(self, operators: Collection[int]) -> tuple[Op, ...]:
        """The ops of *operators*, in the graph's order."""
        return tuple(op for op in self._read.graph.ops if self.operator_of.get(op) in operators)

    def refuse(self, operator: int) -> str | None:
        """Why an operator cannot be taken out of the file; None if it can.

        The host knows declared tensors only: what its ops read and what others read of them have to
        be those, of the declared type. So an operator that keeps a state is left to the host.
        """
        ops, file = self._read.ops[operator], self._declared.operators[operator]
        if not ops:
            return "nothing is left of it when it is read"
        inner = {t for op in ops for t in op.outputs}
        read = {t for op in ops for t in op.inputs if not t.is_constant} - inner
        given, results = self._tensors(file.inputs), self._tensors(file.outputs)
        if not read <= set(given.values()) or not self._leaving(ops) <= set(results.values()):
            return "it reads or keeps what its operator does not name"
        if missing := [
            n for n in file.outputs if n in self._wanted and results.get(n) not in inner
        ]:
            return f"its output {missing[0]} is not computed"
        crossing = {n: t for n, t in (given | results).items() if t in read | inner}
        for number, tensor in crossing.items():
            if (wanted := self._declared.tensors[number].dtype) != tensor.dtype:
                return f"tensor {number} is {wanted} in the file and {tensor.dtype} here"
            if not tensor.elements:
                return f"tensor {number} is empty"
        return None

    def piece(self, part: Part) -> Piece:
        """The graph of a part of the host's; `UnsupportedError` if it gives other tensors."""
        graph = self._read.graph.subgraph(self.ops(part.nodes))
        given, results = self._tensors(part.inputs), self._tensors(part.outputs)
        numbers = {tensor: number for number, tensor in given.items()}
        written = {t for op in graph.ops for t in op.outputs}
        if not set(graph.inputs) <= numbers.keys() or not set(results.values()) <= written:
            raise UnsupportedError("the host gives other tensors than the part reads and writes")
        outputs = {tensor: number for number, tensor in results.items()}
        if len(outputs) < len(part.outputs):
            raise UnsupportedError("two of the part's outputs are the same")
        inputs = tuple(numbers[tensor] for tensor in graph.inputs)
        return Piece(replace(graph, outputs=tuple(outputs)), inputs, tuple(outputs.values()))

    def _tensors(self, numbers: Sequence[int]) -> dict[int, Tensor]:
        """Tensors that ops may read or write, by number."""
        found = {n: self._read.tensors[n] for n in numbers if n >= 0}
        return {n: t for n, t in found.items() if t is not None and not t.is_constant}

    def _leaving(self, ops: Sequence[Op]) -> set[Tensor]:
        """Tensors that *ops* write and others read."""
        readers = self._read.graph.readers
        return {
            t
            for op in ops
            for t in op.outputs
            if t in self._kept or any(reader not in ops for reader in readers.get(t, ()))
        }
