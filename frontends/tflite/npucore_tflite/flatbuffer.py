# SPDX-License-Identifier: MIT
"""Bytes -> plain records. Every look into a file that nobody has vouched for happens here.

The flatbuffers library follows whatever offsets the file holds; it cannot leave the buffer, but
it raises what it likes. Here that becomes `InvalidModelError`, and no vector is walked that is
longer than the file.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import tflite
from flatbuffers import flexbuffers

from npucore.contract.numbered import FileSignature
from npucore.errors import InvalidModelError, UnsupportedError
from npucore.files.boundary import DAMAGE
from npucore.files.budget import Budget
from npucore.tensor import Array
from npucore_tflite.lazy import Lazy
from npucore_tflite.records import (
    GraphRecord,
    ModelRecord,
    OperatorRecord,
    TensorRecord,
)
from npucore_tflite.sparsity import read_sparsity

IDENTIFIER = b"TFL3"
VERSION = 3
FLOOR_BYTES = 1 << 16  # of vectors, beside as many as the file has
OPERATOR_BYTES = 20  # the least: its offset, its table, and a vector of one result
MOST_KEYS = 256  # of a custom operator's options
EMPTY_TABLE = struct.pack("<HHi", 4, 4, 4), 4  # a table without fields: all take their defaults


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Turn whatever the flatbuffers library raises into `InvalidModelError`."""
    try:
        yield
    except (*DAMAGE, AssertionError) as error:
        raise InvalidModelError(f"{what} is damaged ({type(error).__name__}: {error})") from error


def read_model(data: bytes, source: str) -> ModelRecord:
    """Read the file; raise `InvalidModelError` if *data* is not a sound TFLite file."""
    if data[4:8] != IDENTIFIER:
        raise InvalidModelError(f"{source}: not a TFLite file ({data[4:8]!r} instead of TFL3)")
    with guarded(source):
        model = tflite.Model.GetRootAs(data, 0)
        if (version := model.Version()) != VERSION:
            raise InvalidModelError(f"{source}: schema version {version}, wanted {VERSION}")
        if model.SubgraphsLength() < 1:
            raise InvalidModelError(f"{source}: no subgraph")
        return _Reader(data, model, source).model()


class _Reader:
    """One file, and how far it may be trusted.

    Offsets can lead many tables to one vector: what is walked in all is no more than the file has.
    """

    def __init__(self, data: bytes, model: Any, source: str) -> None:
        self.data, self.raw, self.source = data, model, source
        self.walk = Budget(len(data), FLOOR_BYTES, 1)
        self.codes = Lazy(self._count(model, "OperatorCodes"), self._code)

    def model(self) -> ModelRecord:
        signatures = range(self._count(self.raw, "SignatureDefs"))
        return ModelRecord(
            graphs=self.raw.SubgraphsLength(),
            graph=functools.cache(self.graph),
            signatures=tuple(self._signature(self.raw.SignatureDefs(i)) for i in signatures),
            description=self._text(self.raw, "Description"),
        )

    def graph(self, index: int) -> GraphRecord:
        """A subgraph by its number. Raises `InvalidModelError`."""
        if not 0 <= index < self.raw.SubgraphsLength():
            raise InvalidModelError(f"{self.source}: no subgraph {index}")
        with guarded(self.source):
            graph = self.raw.Subgraphs(index)
            operators = range(self._count(graph, "Operators", OPERATOR_BYTES))
            read = functools.partial(self._tensor, graph)
            return GraphRecord(
                name=self._text(graph, "Name"),
                tensors=Lazy(self._count(graph, "Tensors"), read),
                operators=tuple(self._operator(i, graph.Operators(i)) for i in operators),
                inputs=self._integers(graph, "Inputs"),
                outputs=self._integers(graph, "Outputs"),
            )

    def _signature(self, table: Any) -> FileSignature:
        inputs, outputs = (
            {
                self._text(entry, "Name"): int(entry.TensorIndex())
                for entry in map(getattr(table, name), range(self._count(table, name)))
            }
            for name in ("Inputs", "Outputs")
        )
        name = self._text(table, "SignatureKey")
        return FileSignature(name, table.SubgraphIndex(), inputs, outputs)

    def _count(self, table: Any, name: str, each: int = 4) -> int:
        length: int = getattr(table, f"{name}Length")()
        if length * each > len(self.data):
            raise InvalidModelError(f"{self.source}: {length} {name} in {len(self.data)} bytes")
        return length

    def _tensor(self, graph: Any, index: int) -> TensorRecord:
        with guarded(f"{self.source}: tensor {index}"):
            table = graph.Tensors(index)
            quantization = table.Quantization()
            scales, zero_points, axis = np.zeros(0, np.float32), np.zeros(0, np.int64), 0
            if quantization is not None and quantization.ScaleLength():
                scales = self._vector(quantization, "Scale")
                axis = quantization.QuantizedDimension()
                zero_points = np.zeros(len(scales), np.int64)
                if quantization.ZeroPointLength():
                    zero_points = self._vector(quantization, "ZeroPoint")
            return TensorRecord(
                name=self._text(table, "Name"),
                shape=self._integers(table, "Shape"),
                type=table.Type(),
                scales=scales,
                zero_points=zero_points,
                axis=axis,
                sparsity=None if (s := table.Sparsity()) is None else read_sparsity(s, self.walk),
                data=self._buffer(table.Buffer()),
                open_shape=self._integers(table, "ShapeSignature"),
                variable=bool(table.IsVariable()),
            )

    def _buffer(self, index: int) -> Array | None:
        if not 0 <= index < self.raw.BuffersLength():
            raise InvalidModelError(f"{self.source}: buffer {index} of {self.raw.BuffersLength()}")
        buffer = self.raw.Buffers(index)
        if buffer.DataLength():
            inside: Array = buffer.DataAsNumpy()
            return inside
        start, size = buffer.Offset(), buffer.Size()
        if start <= 1:
            return None
        if start + size > len(self.data):
            raise InvalidModelError(
                f"{self.source}: buffer {index} ends at {start + size} of {len(self.data)} bytes"
            )
        return np.frombuffer(self.data, np.uint8, size, start)

    def _operator(self, index: int, table: Any) -> OperatorRecord:
        code = table.OpcodeIndex()
        if not 0 <= code < len(self.codes):
            raise InvalidModelError(f"{self.source}: operator {index} has code {code}")
        custom = self._vector(table, "CustomOptions") if table.CustomOptionsLength() else None
        return OperatorRecord(
            index=index,
            name=self.codes[code],
            inputs=self._integers(table, "Inputs"),
            outputs=self._integers(table, "Outputs"),
            options_type=table.BuiltinOptionsType(),
            options=table.BuiltinOptions(),
            custom_options=b"" if custom is None else custom.tobytes(),
        )

    def _code(self, index: int) -> str:
        """The operator's name; old files keep the code in a byte, new ones in a word."""
        code = self.raw.OperatorCodes(index)
        number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        if number == tflite.BuiltinOperator.CUSTOM:
            return self._text(code, "CustomCode")
        builtin: str = _BUILTINS.get(number, f"operator code {number}")
        return builtin

    def _vector(self, table: Any, name: str) -> Array:
        """A vector of the file, empty if it is not there (for which the library gives 0)."""
        vector = getattr(table, f"{name}AsNumpy")()
        if isinstance(vector, int):
            return np.zeros(0, np.int32)
        found: Array = vector
        self.walk.take(found.nbytes, f"{self.source}: {name.lower()}")
        return found

    def _integers(self, table: Any, name: str) -> tuple[int, ...]:
        return tuple(self._vector(table, name).tolist())

    def _text(self, table: Any, name: str) -> str:
        text: bytes = getattr(table, name)() or b""
        self.walk.take(len(text), f"{self.source}: {name.lower()}")
        return text.decode("utf-8", "replace")


_BUILTINS = {n: name for name, n in vars(tflite.BuiltinOperator).items() if isinstance(n, int)}
_OPTIONS = {n: name for name, n in vars(tflite.BuiltinOptions).items() if isinstance(n, int)}


def read_options(record: OperatorRecord, kind: type[Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Scalar options by the names of their accessors; defaults where the file has none."""
    buffer, position = EMPTY_TABLE
    with guarded(f"operator {record.index} ({record.name})"):
        if record.options is not None and record.options_type != tflite.BuiltinOptions.NONE:
            if (found := _OPTIONS.get(record.options_type)) != kind.__name__:
                raise InvalidModelError(
                    f"operator {record.index} ({record.name}) carries {found}, "
                    f"wanted {kind.__name__}"
                )
            buffer, position = record.options.Bytes, record.options.Pos
        table = kind()
        table.Init(buffer, position)
        return {name: getattr(table, name)() for name in names}


def read_flexbuffer(record: OperatorRecord, wanted: dict[str, type[Any]]) -> dict[str, Any]:
    """Scalars by name out of the map that a custom operator carries; absent ones are left out."""
    where = f"operator {record.index} ({record.name})"
    if not record.custom_options:
        raise InvalidModelError(f"{where} has no options")
    with guarded(where):
        root = flexbuffers.GetRoot(record.custom_options)
        if not root.IsMap:
            raise UnsupportedError(f"{where}: its options are no map")
        values = root.AsMap
        if (count := len(values.Keys)) > MOST_KEYS:
            raise InvalidModelError(f"{where}: {count} options")
        present = {key.AsKey for key in values.Keys} & wanted.keys()
        return {name: _scalar(values[name], wanted[name]) for name in present}


def _scalar(value: Any, kind: type[Any]) -> Any:
    if kind is bool:
        return value.AsBool
    return value.AsFloat if kind is float else value.AsInt
