# SPDX-License-Identifier: MIT
"""A model that lies in memory is read as a file is, without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore import plugins
from npucore.contract.frontend import Frontend
from npucore.errors import InputError, InvalidModelError, OpenShapeError, UnsupportedError
from npucore.graph import Graph
from tests.material.contract.exporting import DIGITS

DATA = Path(DIGITS).read_bytes()
IMAGE = np.arange(64, dtype=np.int8).reshape(1, 8, 8, 1)


def test_bytes_give_the_graph_of_their_file() -> None:
    from_file, from_bytes = npucore.load(DIGITS), npucore.load(DATA)
    assert from_bytes.name == "<bytes>"
    assert [op.label for op in from_bytes.ops] == [op.label for op in from_file.ops]
    answers = []
    for graph in (from_file, from_bytes):
        with npucore.Session(graph, "reference") as session:
            answers.append(session.run(IMAGE)[0])
    np.testing.assert_array_equal(answers[0], answers[1])


def onnx_model(rows: int | str = 1) -> bytes:
    onnx = pytest.importorskip("onnx", reason="the writer of ONNX files is not installed")
    x, y = (
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [rows, 4])
        for name in ("x", "y")
    )
    node = onnx.helper.make_node("Relu", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "g", [x], [y])
    data: bytes = onnx.helper.make_model(graph, ir_version=8).SerializeToString()
    return data


def test_an_onnx_model_is_recognised_and_bound() -> None:
    data = onnx_model("rows")
    assert npucore.load(data, shapes={"x": (3, 4)}).outputs[0].shape == (3, 4)
    with pytest.raises(OpenShapeError, match="--shape x="):
        npucore.load(data)


@pytest.mark.parametrize(
    ("data", "keywords", "error", "sentence"),
    [
        (b"", {}, UnsupportedError, "<bytes>: no model that can be read: it is empty"),
        (b"no model", {}, UnsupportedError, "<bytes>: no frontend knows this format"),
        (DATA[:900], {}, InvalidModelError, "^<bytes>"),
        (DATA, {"signature": "x"}, InputError, "^<bytes>: no signature 'x'"),
        (DATA, {"shapes": {"x": (1,)}}, InputError, "^<bytes>: no input called 'x'"),
        (b"PK\x03\x04", {}, UnsupportedError, "<bytes>: .*zip archive"),
    ],
    ids=["empty", "unknown", "cut", "signature", "shapes", "zip"],
)
def test_errors_are_those_of_a_file(
    data: bytes, keywords: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        npucore.load(data, **keywords)


def test_an_artifact_goes_through_memory() -> None:
    artifact = npucore.compile(DIGITS, "reference")
    data = artifact.to_bytes()
    with (
        npucore.Session(npucore.Artifact.from_bytes(data)) as stored,
        npucore.Session(DIGITS, "reference") as session,
    ):
        np.testing.assert_array_equal(stored.run(IMAGE)[0], session.run(IMAGE)[0])
    with pytest.raises(InputError, match="<bytes>: a compiled artefact"):
        npucore.load(data)
    with pytest.raises(InvalidModelError, match=r"^<bytes>: damaged"):
        npucore.Artifact.from_bytes(data[:-1])


def test_bytes_of_an_artifact_are_those_of_its_file(tmp_path: Path) -> None:
    artifact = npucore.compile(DIGITS, "reference")
    artifact.write(tmp_path / "digits.npu")
    assert (tmp_path / "digits.npu").read_bytes() == artifact.to_bytes()


class FilesOnly(Frontend):
    name, summary = "files-only", "reads files"

    @staticmethod
    def sniff(head: bytes) -> bool:
        return head.startswith(b"FILE")

    def read(self, path: Path) -> Graph:
        raise AssertionError(path)


def test_a_frontend_that_reads_only_files_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "load_frontend", lambda name: FilesOnly)
    with pytest.raises(UnsupportedError, match="<bytes>: files-only models are read from files"):
        npucore.load(b"FILE")
