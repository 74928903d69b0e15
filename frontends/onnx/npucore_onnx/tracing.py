# SPDX-License-Identifier: MIT
"""Which ops the nodes of a file have become, and which nodes cannot be read."""

from __future__ import annotations

from collections.abc import Mapping

from npucore.contract.traced import Traced
from npucore.errors import NpucoreError
from npucore.files.budget import Budget
from npucore.graph import Graph
from npucore.ops import Op
from npucore.tensor import Tensor
from npucore_onnx.constants import Constants
from npucore_onnx.halves import WIDE, is_half
from npucore_onnx.importer import Importer
from npucore_onnx.records import EndRecord, ModelRecord, NodeRecord
from npucore_onnx.shapes import bound_shape
from npucore_onnx.value import Value


class _RefusedError(NpucoreError):
    """There is no graph, because nodes cannot be read."""


class Tracer(Importer):
    """Builds the graph of a file, and remembers who has emitted which op.

    *values* says what a node gives that cannot be read, so that those behind it are judged, too.
    """

    def __init__(
        self,
        model: ModelRecord,
        constants: Constants,
        values: Mapping[str, EndRecord],
        budget: Budget,
        bodies: Budget,
    ) -> None:
        super().__init__(model, constants, {}, {}, budget, bodies)
        self._declared, self._refusals = values, dict[int, str]()
        self._places: list[int | None] = []  # of the nodes that emitted the ops, as those lie

    def traced(self, name: str) -> Traced:
        """The graph, called *name*, and what its ops do; or what cannot be read."""
        try:
            graph = self.graph(name)
        except _RefusedError:
            return Traced(None, {}, self._refusals)
        return Traced(graph, self._nodes(graph), {})

    def _read(self, record: NodeRecord) -> None:
        self._note(None)
        try:
            self._node(record, 0)
        except NpucoreError as error:
            self._refusals[record.index] = str(error).removeprefix(f"{record.where}: ")
            for name in filter(None, record.results):
                self.values.setdefault(name, self._stand_in(name))
        self._note(record.index)

    def _note(self, place: int | None) -> None:
        self._places += [place] * (len(self.assembly.ops) - len(self._places))

    def _stand_in(self, name: str) -> Value:
        end = self._declared[name]
        dtype = WIDE if is_half(end.dtype) else end.dtype
        return Value.of(Tensor(name, bound_shape(end, None), dtype))

    def _output(self, end: EndRecord) -> Tensor:
        if self._refusals:
            raise _RefusedError
        return super()._output(end)

    def _nodes(self, graph: Graph) -> dict[Op, frozenset[int]]:
        """Ops of the graph -> nodes; an op that was joined with another counts as that one's."""
        self._note(None)
        final = {tensor: op for op in graph.ops for tensor in op.outputs}
        readers: dict[Tensor, Op] = {}
        nodes: dict[Op, set[int]] = {op: set() for op in graph.ops}
        for op, place in zip(reversed(self.assembly.ops), reversed(self._places), strict=True):
            found = next(filter(None, map(final.get, op.outputs)), None)
            found = found or next(filter(None, map(readers.get, op.outputs)), None)
            if found is not None:
                readers.update((tensor, found) for tensor in op.inputs)
                if place is not None:
                    nodes[found].add(place)
        return {op: frozenset(places) for op, places in nodes.items()}
