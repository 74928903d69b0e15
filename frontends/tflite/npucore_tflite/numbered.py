# SPDX-License-Identifier: MIT
"""A file's tensors, operators and signatures under the numbers and names that the file gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Protocol

import numpy as np

from npucore.contract.numbered import (
    FileGraph,
    FileOperator,
    FileSignature,
    FileTensor,
    Numbered,
)
from npucore.errors import UnsupportedError
from npucore.files.boundary import judged
from npucore.files.budget import Budget
from npucore.tensor import Array, Shape
from npucore_tflite.flatbuffer import read_model
from npucore_tflite.lazy import Lazy
from npucore_tflite.records import GraphRecord, OperatorRecord, TensorRecord
from npucore_tflite.tensors import DTYPES, TYPE_NAMES, build_tensor


class Read(Protocol):
    """Makes a graph of a subgraph by its index, with shapes of inputs by their names."""

    def __call__(self, index: int, shapes: Mapping[str, Shape], unread: bool) -> Numbered:
        """As `NumberedModel.read`."""
        ...


class NumberedModel:
    """A .tflite file by its numbers; *read* makes a graph of one of its subgraphs."""

    def __init__(self, data: bytes, source: str, read: Read) -> None:
        self._model, self._read, self._budget = read_model(data, source), read, Budget(len(data))
        with judged(source):
            self.graphs: Sequence[FileGraph] = tuple(
                _graph(self._model.graph(index)) for index in range(self._model.graphs)
            )
            self.signatures: Sequence[FileSignature] = self._model.signatures

    def constant(self, graph: int, number: int) -> Array | None:
        """The array that the file holds for a tensor."""
        record = self._model.graph(graph).tensors[number]
        if record.data is None:
            return None
        return build_tensor(record, number, self._budget).data

    def read(
        self,
        graph: int = 0,
        shapes: Mapping[int, Shape] | None = None,
        *,
        unread: bool = False,
    ) -> Numbered:
        """Read a subgraph. Raises `UnsupportedError` for shapes of inputs that share a name."""
        record = self._model.graph(graph)
        names = [record.tensors[number].name for number in record.inputs]
        if shapes and len(set(names)) < len(names):
            raise UnsupportedError(f"inputs of one name, {max(names, key=names.count)!r}")
        named = {record.tensors[number].name: shape for number, shape in (shapes or {}).items()}
        return self._read(graph, named, unread)


def _graph(record: GraphRecord) -> FileGraph:
    return FileGraph(
        Lazy(len(record.tensors), partial(_tensor, record.tensors)),
        tuple(map(_operator, record.operators)),
        record.inputs,
        record.outputs,
    )


def _operator(record: OperatorRecord) -> FileOperator:
    return FileOperator(record.name, record.inputs, record.outputs)


def _tensor(records: Sequence[TensorRecord], number: int) -> FileTensor:
    record = records[number]
    kind = DTYPES.get(record.type)
    return FileTensor(
        record.name,
        record.shape,
        record.open_shape,
        TYPE_NAMES.get(record.type, str(record.type)),
        None if kind is None else np.dtype(kind),
        record.scales,
        record.zero_points,
        record.axis,
    )
