# SPDX-License-Identifier: MIT
"""Metadata in TFLite files that are written here."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import flatbuffers
import numpy as np
import pytest

from npucore.metadata import Metadata
from npucore_tflite import parse
from tests.material.tflite.write import single, tensor

from ai_edge_litert import schema_py_generated as schema  # isort: skip  # after the check in write


def table(builder: Any, fields: dict[int, tuple[str, Any]], count: int) -> int:
    """A flatbuffer table of *count* fields; each is ("offset" or "byte", value)."""
    builder.StartObject(count)
    for slot, (kind, value) in fields.items():
        if kind == "offset":
            builder.PrependUOffsetTRelativeSlot(slot, value, 0)
        else:
            builder.PrependInt8Slot(slot, value, 0)
    return int(builder.EndObject())


def vector(builder: Any, offsets: list[int]) -> int:
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return int(builder.EndVector())


def floats(builder: Any, values: list[float]) -> int:
    builder.StartVector(4, len(values), 4)
    for value in reversed(values):
        builder.PrependFloat32(value)
    return int(builder.EndVector())


def metadata(mean: list[float], std: list[float], labels: str) -> bytes:
    """A ModelMetadata with a normalization of its input and a label file of its output."""
    b = flatbuffers.Builder(0)
    options = table(b, {0: ("offset", floats(b, mean)), 1: ("offset", floats(b, std))}, 2)
    unit = table(b, {0: ("byte", 1), 1: ("offset", options)}, 2)
    units = vector(b, [unit])
    image = table(b, {4: ("offset", units)}, 7)
    name = b.CreateString(labels)
    file = table(b, {0: ("offset", name), 2: ("byte", 2)}, 4)
    files = vector(b, [file])
    scores = table(b, {6: ("offset", files)}, 7)
    inputs, outputs = vector(b, [image]), vector(b, [scores])
    subgraph = table(b, {2: ("offset", inputs), 3: ("offset", outputs)}, 7)
    subgraphs = vector(b, [subgraph])
    b.Finish(table(b, {3: ("offset", subgraphs)}, 8), b"M001")
    return bytes(b.Output())


def network(held: bytes | None = None, files: dict[str, str] | None = None) -> bytes:
    """A file of one operator with *held* as its TFLITE_METADATA and *files* as a zip behind it."""
    x, y = tensor((1, 4, 4, 3), np.float32), tensor((1, 4, 4, 3), np.float32)
    data = single("RELU", [x], y)
    if held is not None:
        model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(data, 0))
        entry, buffer = schema.MetadataT(), schema.BufferT()
        buffer.data = list(held)
        entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers)
        model.buffers.append(buffer)
        model.metadata = [entry]
        builder = flatbuffers.Builder(0)
        builder.Finish(model.Pack(builder), b"TFL3")
        data = bytes(builder.Output())
    end = io.BytesIO(data)
    end.seek(0, io.SEEK_END)
    if files:
        with zipfile.ZipFile(end, "a") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
    return end.getvalue()


def test_a_file_may_say_nothing() -> None:
    assert parse(network()).metadata == Metadata()


def test_normalization_and_labels_are_read() -> None:
    held = metadata([127.5, 127.5, 127.5], [127.5, 127.5, 127.5], "names.txt")
    found = parse(network(held, {"names.txt": "cat\ndog\n", "other.txt": "x"})).metadata
    assert found == Metadata(labels="cat\ndog\n", mean=(127.5,) * 3, std=(127.5,) * 3)


@pytest.mark.parametrize("std", [[0.0], [float("nan")], [1.0, 2.0]], ids=str)
def test_a_normalization_that_cannot_be_is_none(std: list[float]) -> None:
    assert parse(network(metadata([1.0], std, "x"))).metadata.mean == ()


PROPERTIES = {"task": "pose", "names": {0: "person"}, "kpt_shape": [17, 3], "stride": 32}


@pytest.mark.parametrize(
    ("name", "text"),
    [("metadata.json", json.dumps(PROPERTIES)), ("temp_meta.txt", str(PROPERTIES))],
)
def test_what_ultralytics_appends_is_read(name: str, text: str) -> None:
    found = parse(network(files={name: text})).metadata.properties
    assert (found["task"], found["kpt_shape"], found["stride"]) == ("pose", "[17, 3]", "32")


@pytest.mark.parametrize("held", [b"", b"\x04\0\0\0", b"\xff" * 64], ids=["empty", "cut", "wild"])
def test_damaged_remarks_are_left_out(held: bytes) -> None:
    data = network(held, {"metadata.json": "{"})
    assert parse(data).metadata == Metadata()
    assert parse(data[:-7]).metadata == Metadata()


def test_every_byte_of_the_remarks_may_be_wrong() -> None:
    held = metadata([127.5], [127.5], "names.txt")
    for place in range(len(held)):
        wrong = bytearray(held)
        wrong[place] ^= 0xFF
        parse(network(bytes(wrong), None))
