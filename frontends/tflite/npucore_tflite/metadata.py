# SPDX-License-Identifier: MIT
"""Metadata of a TFLite file: ``TFLITE_METADATA``, and files that are appended as a zip.

Sources: tensorflow_lite_support/metadata/metadata_schema.fbs (numbers of the fields below); the
exporter of Ultralytics, which appends ``metadata.json``, or ``temp_meta.txt`` in older versions.
What cannot be read is left out: a model is not worse for a damaged remark.
"""

from __future__ import annotations

import ast
import io
import json
import math
import struct
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import tflite
from flatbuffers.table import Table

from npucore.files.boundary import DAMAGE
from npucore.metadata import LARGEST_TEXT, Metadata

BUFFER = b"TFLITE_METADATA"
LARGEST_VECTOR = 1 << 12
MOST_FILES = 64  # of a zip; models bring two or three

SUBGRAPHS, INPUTS, OUTPUTS = 3, 2, 3  # fields of ModelMetadata and SubGraphMetadata
PROCESS_UNITS, FILES = 4, 6  # of TensorMetadata
OPTIONS_TYPE, OPTIONS, NORMALIZATION = 0, 1, 1  # of ProcessUnit, and a member of its union
MEAN, STD = 0, 1  # of NormalizationOptions
NAME, TYPE = 0, 2  # of AssociatedFile
AXIS_LABELS, VALUE_LABELS = 2, 3  # types of AssociatedFile

_DAMAGE = (*DAMAGE, OSError)  # a zip's offsets may lead before its beginning


def read_metadata(data: bytes) -> Metadata:
    """The metadata in the bytes of a file."""
    files = _appended(data)
    label_files: list[str] = []
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    try:
        if (root := _root(data)) is not None:
            label_files = list(_label_files(root))
            mean, std = _normalization(root)
    except _DAMAGE:
        pass
    wanted = [files[name] for name in label_files if name in files]
    return Metadata(_properties(files), wanted[0] if wanted else "", mean, std)


def _appended(data: bytes) -> dict[str, str]:
    """Texts in the zip at the end of the file, by name."""
    found: dict[str, str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist()[:MOST_FILES]:
                if member.file_size <= LARGEST_TEXT:
                    found[member.filename] = archive.read(member).decode("utf-8", "replace")
    except _DAMAGE:
        return found
    return found


def _properties(files: Mapping[str, str]) -> dict[str, str]:
    try:
        if "metadata.json" in files:
            read = json.loads(files["metadata.json"])
        elif "temp_meta.txt" in files:
            read = ast.literal_eval(files["temp_meta.txt"])
        else:
            return {}
        return {str(key): str(value) for key, value in read.items()}
    except _DAMAGE:
        return {}


def _root(data: bytes) -> Table | None:
    """The ModelMetadata of the file, if it has one."""
    model = tflite.Model.GetRootAs(data, 0)
    for index in range(min(model.MetadataLength(), LARGEST_VECTOR)):
        entry = model.Metadata(index)
        if entry.Name() == BUFFER:
            buffer = model.Buffers(entry.Buffer()).DataAsNumpy()
            inside = buffer.tobytes()
            return Table(inside, struct.unpack_from("<I", inside)[0])
    return None


def _field(table: Any, number: int) -> int:
    """Where a field lies in its table; 0 for one that is not there."""
    return int(table.Offset(4 + 2 * number))


def _child(table: Any, number: int) -> Table | None:
    offset = _field(table, number)
    return Table(table.Bytes, table.Indirect(table.Pos + offset)) if offset else None


def _children(table: Any, number: int) -> Iterator[Table]:
    """The tables of a vector."""
    if offset := _field(table, number):
        start = table.Vector(offset)
        for index in range(min(table.VectorLen(offset), LARGEST_VECTOR)):
            yield Table(table.Bytes, table.Indirect(start + 4 * index))


def _floats(table: Any, number: int) -> tuple[float, ...]:
    if not (offset := _field(table, number)):
        return ()
    count = min(table.VectorLen(offset), LARGEST_VECTOR)
    return struct.unpack_from(f"<{count}f", table.Bytes, table.Vector(offset))


def _byte(table: Any, number: int) -> int:
    offset = _field(table, number)
    return int(table.Bytes[table.Pos + offset]) if offset else 0


def _tensors(root: Table, number: int) -> Iterator[Table]:
    for subgraph in _children(root, SUBGRAPHS):
        yield from _children(subgraph, number)
        return


def _label_files(root: Table) -> Iterator[str]:
    """Names of the files that name the values or the last axis of an output."""
    for tensor in _tensors(root, OUTPUTS):
        for file in _children(tensor, FILES):
            offset = _field(file, NAME)
            if offset and _byte(file, TYPE) in (AXIS_LABELS, VALUE_LABELS):
                yield file.String(file.Pos + offset).decode("utf-8", "replace")


def _normalization(root: Table) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and deviation of the first input; empty without one."""
    for tensor in _tensors(root, INPUTS):
        for unit in _children(tensor, PROCESS_UNITS):
            options = _child(unit, OPTIONS)
            if options is not None and _byte(unit, OPTIONS_TYPE) == NORMALIZATION:
                mean, std = _floats(options, MEAN), _floats(options, STD)
                sound = all(map(math.isfinite, mean + std)) and 0 not in std
                return (mean, std) if sound and len(mean) == len(std) else ((), ())
        break
    return (), ()
