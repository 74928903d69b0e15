# SPDX-License-Identifier: MIT
"""What a file may hold, and what it may not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper

import npucore
from npucore.errors import InvalidModelError, UnsupportedError
from npucore_onnx import OnnxFrontend, parse
from tests.material.onnx.runtime import reference
from tests.material.onnx.write import changed, model, node, single

X = {"x": (np.float32, [2, 3])}


def stored_outside(tmp_path: Path, **entries: Any) -> Path:
    """A model whose constant lies in the file ``weights``, behind 8 other bytes."""
    weights = np.arange(6, dtype=np.float32).reshape(2, 3)
    (tmp_path / "weights").write_bytes(b"12345678" + weights.tobytes())
    data = model([node("Add", ["x", "w"])], X, {"y": np.float32}, {"w": weights})
    proto = onnx.ModelProto.FromString(data)
    tensor = proto.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in ({"location": "weights", "offset": 8, "length": 24} | entries).items():
        entry = tensor.external_data.add()
        entry.key, entry.value = key, str(value)
    (path := tmp_path / "model.onnx").write_bytes(proto.SerializeToString())
    return path


def test_constants_may_lie_in_files_beside_the_model(tmp_path: Path) -> None:
    graph = npucore.load(stored_outside(tmp_path))
    [y] = reference(graph, {"x": np.ones((2, 3), np.float32)})
    assert y.tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"location": "../weights"}, r"'../weights' is outside the model's folder"),
        ({"location": "/etc/passwd"}, r"'/etc/passwd' is outside the model's folder"),
        ({"location": ""}, r"'' is outside the model's folder"),
        ({"location": "nothing"}, r"nothing: No such file or directory"),
        ({"offset": 16}, r"bytes 16 to 40 of 32"),
        ({"offset": -8}, r"bytes -8 to 16 of 32"),
        ({"length": 20}, r"20 bytes of data, wanted 24"),
        ({"offset": "many"}, r"invalid literal"),
    ],
    ids=["above", "absolute", "nowhere", "missing", "too-far", "before", "too-short", "no-number"],
)
def test_constants_may_not_lie_anywhere_else(
    tmp_path: Path, entries: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidModelError, match=message):
        npucore.load(stored_outside(tmp_path, **entries))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (inner := tmp_path / "inner").mkdir()
    path = stored_outside(inner, location="link")
    (inner / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "outside").write_bytes(bytes(64))
    with pytest.raises(InvalidModelError, match="outside the model's folder"):
        npucore.load(path)


def test_an_unknown_operator_is_named() -> None:
    made = node("Frobnicate", ["x"], domain="org.nobody")
    with pytest.raises(UnsupportedError, match=r"net: node 0 \(org.nobody.Frobnicate 'Fro"):
        parse(model([made], X, {"y": np.float32}), "net")


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([node("Abs", ["z"])], r"reads 'z' before anything has written it"),
        ([node("Abs", ["x"], "y"), node("Exp", ["x"], "y")], r"y is taken"),
        ([node("Add", ["x"])], r"operand 1 is missing"),
        ([node("Transpose", ["x"], perm=[0, 0])], r"perm \[0, 0\]"),
        ([node("Concat", ["x", "x"])], r"the attribute axis is missing"),
        ([node("Softmax", ["x"], axis=5)], r"axis 5 of a tensor of rank 2"),
        ([node("Cast", ["x"], to="float")], r"the attribute to is b'float'"),
    ],
    ids=["unwritten", "twice", "operand", "permutation", "attribute", "axis", "type"],
)
def test_contradictions_are_refused(nodes: list[Any], message: str) -> None:
    with pytest.raises(InvalidModelError, match=message):
        parse(model(nodes, X, {"y": np.float32}))


def test_functions_of_the_file_are_inlined() -> None:
    body = [
        helper.make_node("Constant", [], ["k"]),
        helper.make_node("Mul", ["a", "k"], ["b"]),
    ]
    reference_to = body[0].attribute.add()
    reference_to.name, reference_to.ref_attr_name = "value_float", "factor"
    reference_to.type = onnx.AttributeProto.FLOAT
    opsets = [helper.make_opsetid("", 17)]
    function = helper.make_function("own", "Scaled", ["a"], ["b"], body, opsets, ["factor"])
    made = node("Scaled", ["x"], domain="own", factor=2.5)
    proto = onnx.ModelProto.FromString(model([made], X, {"y": np.float32}))
    proto.functions.append(function)
    graph = parse(proto.SerializeToString())
    [y] = reference(graph, {"x": np.ones((2, 3), np.float32)})
    assert (y == 2.5).all()


def test_a_function_that_calls_itself_is_refused() -> None:
    opsets = [helper.make_opsetid("own", 1)]
    call = helper.make_node("Again", ["a"], ["b"], domain="own")
    proto = onnx.ModelProto.FromString(
        model([node("Again", ["x"], domain="own")], X, {"y": np.float32})
    )
    proto.functions.append(helper.make_function("own", "Again", ["a"], ["b"], [call], opsets))
    with pytest.raises(InvalidModelError, match="too deep"):
        parse(proto.SerializeToString())


def test_content_tells_the_format(tmp_path: Path) -> None:
    data = model([node("Abs", ["x"])], X, {"y": np.float32})
    (path := tmp_path / "model.anything").write_bytes(data)
    assert [op.name for op in npucore.load(path).ops] == ["absolute"]
    assert not OnnxFrontend.sniff(b"\xff\xd8\xff\xe0\0\x10JFIF")
    assert not OnnxFrontend.sniff(b"\x08\0\0\0TFL3")
    assert not OnnxFrontend.sniff(b"")


@pytest.mark.parametrize("data", [b"", b"\x08\x07", b"\x08\x07\x12\x03", b"not a model at all"])
def test_what_is_no_model_is_named(data: bytes) -> None:
    with pytest.raises(InvalidModelError, match=r"cat.jpg: not an ONNX file"):
        parse(data, "cat.jpg")


def test_without_the_package_a_sentence_says_what_to_install(tmp_path: Path) -> None:
    (path := tmp_path / "m.onnx").write_bytes(model([node("Abs", ["x"])], X, {"y": np.float32}))
    code = "import sys; sys.modules['onnx'] = None; from npucore.cli import main; sys.exit(main())"
    words = [sys.executable, "-c", code, "show", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "npucore: ONNX models need the package onnx: pip install 'npucore[onnx]'"
    )


def test_reading_other_formats_does_not_import_onnx() -> None:
    digits = Path(npucore.__file__).parent / "demo" / "digits.tflite"
    code = f"import sys, npucore; npucore.load({str(digits)!r}); print('onnx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def _info(name: str) -> Any:
    return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)


def test_what_a_file_says_about_itself_is_kept() -> None:
    data, _ = single("Relu", [np.zeros((1, 4), np.float32)])

    def change(proto: Any) -> None:
        proto.producer_name = "pytorch"
        entry = proto.metadata_props.add()
        entry.key, entry.value = "names", "{0: 'cat'}"

    found = parse(changed(data, change)).metadata.properties
    assert found == {"producer": "pytorch", "names": "{0: 'cat'}"}


def test_an_artefact_keeps_what_the_file_says(tmp_path: Path) -> None:
    data, _ = single("Relu", [np.zeros((1, 4), np.float32)])

    def change(proto: Any) -> None:
        entry = proto.metadata_props.add()
        entry.key, entry.value = "task", "detect"

    (tmp_path / "x.onnx").write_bytes(changed(data, change))
    npucore.compile(tmp_path / "x.onnx", "reference").write(tmp_path / "x.npu")
    assert npucore.Artifact.read(tmp_path / "x.npu").metadata.properties["task"] == "detect"


def test_links_of_a_cache_are_followed_to_where_the_model_lies(tmp_path: Path) -> None:
    """As Hugging Face's cache has it: a folder of links into a folder of files without names."""
    blobs, snapshot = tmp_path / "blobs", tmp_path / "snapshots" / "main"
    for folder in (blobs, snapshot):
        folder.mkdir(parents=True)
    weights = np.arange(6, dtype=np.float32).reshape(2, 3)
    held = helper.make_tensor("w", 1, [2, 3], weights.tobytes(), raw=True)
    held.ClearField("raw_data")
    held.data_location = 1
    held.external_data.add(key="location", value="net.onnx.data")
    ends = [helper.make_tensor_value_info(name, 1, [2, 3]) for name in ("x", "y")]
    graph = helper.make_graph([node("Add", ["x", "w"], "y")], "g", ends[:1], ends[1:], [held])
    (blobs / "aaa").write_bytes(helper.make_model(graph, ir_version=9).SerializeToString())
    (blobs / "bbb").write_bytes(weights.tobytes())
    (snapshot / "net.onnx").symlink_to("../../blobs/aaa")
    (snapshot / "net.onnx.data").symlink_to("../../blobs/bbb")
    [op] = npucore.load(snapshot / "net.onnx").ops
    assert any(np.array_equal(t.data, weights) for t in op.inputs if t.data is not None)
    (tmp_path / "elsewhere").write_bytes(weights.tobytes())
    (snapshot / "net.onnx.data").unlink()
    (snapshot / "net.onnx.data").symlink_to("../../elsewhere")
    with pytest.raises(InvalidModelError, match="is outside the model's folder"):
        npucore.load(snapshot / "net.onnx")
