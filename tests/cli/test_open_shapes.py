# SPDX-License-Identifier: MIT
"""Rows and columns that a model leaves open are the photo's, in steps that networks halve."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from npucore.cli import main

onnx = pytest.importorskip("onnx", reason="onnx is not installed")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The mean of each channel of a picture of any size."""
    helper, real = onnx.helper, onnx.TensorProto.FLOAT
    x = helper.make_tensor_value_info("x", real, ["batch", 3, "height", "width"])
    y = helper.make_tensor_value_info("y", real, ["batch", 3, 1, 1])
    node = helper.make_node("GlobalAveragePool", ["x"], ["y"])
    graph = helper.make_graph([node], "mean", [x], [y])
    path = tmp_path / "mean.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), path)
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    pixels = np.full((70, 100, 3), (255, 0, 51), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def test_a_photo_binds_rows_and_columns(
    model: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(model), "--input", str(photo), "--mean", "0", "--json"]) == 0
    printed = capsys.readouterr()
    assert f"note: x is (1, 3, 64, 96), by {photo}" in printed.err
    assert json.loads(printed.out)["inputs"][0]["shape"] == [1, 3, 64, 96]


def test_the_users_own_shape_comes_first(
    model: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["run", str(model), "--input", f"x={photo}", "--shape", "x=1,3,48,48", "--json"]
    assert main(words) == 0
    printed = capsys.readouterr()
    assert "note: x is" not in printed.err
    assert json.loads(printed.out)["inputs"][0]["shape"] == [1, 3, 48, 48]


def test_without_a_photo_the_hint_works_when_it_is_followed(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = tmp_path / "x.npy"
    np.save(numbers, np.zeros((1, 3, 224, 224), np.float32))
    assert main(["run", str(model), "--input", str(numbers)]) == 2
    said = capsys.readouterr().err
    hint = said[said.index("--shape") :].split()[1]
    assert main(["run", str(model), "--input", str(numbers), "--shape", hint]) == 0


def test_a_photo_that_does_not_fit_is_told_what_does(
    model: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A network for lines of text, whose rows have to be 48."""
    proto = onnx.load(model)
    proto.graph.node[0].CopyFrom(onnx.helper.make_node("Reshape", ["x", "line"], ["y"]))
    line = onnx.numpy_helper.from_array(np.array([1, 3 * 48, -1, 320]), "line")
    proto.graph.initializer.append(line)
    del proto.graph.output[0].type.tensor_type.shape.dim[:]
    onnx.save(proto, model)
    assert main(["run", str(model), "--input", str(photo)]) == 2
    said = capsys.readouterr().err
    assert "the sizes of the file do not fit: mean.onnx: node 0 (Reshape)" in said
    assert said.endswith("bind them, as with --shape x=1,3,48,320\n")
    assert main(["run", str(model), "--input", str(photo), "--shape", "x=1,3,48,320"]) == 0


def test_a_sound_binds_its_samples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    helper, real = onnx.helper, onnx.TensorProto.FLOAT
    x = helper.make_tensor_value_info("x", real, ["batch", "samples"])
    y = helper.make_tensor_value_info("y", real, None)
    node = helper.make_node("Abs", ["x"], ["y"])
    graph = helper.make_graph([node], "loud", [x], [y])
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]),
        tmp_path / "loud.onnx",
    )
    with wave.open(str(tmp_path / "x.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 800))
    words = ["run", str(tmp_path / "loud.onnx"), "--input", str(tmp_path / "x.wav"), "--json"]
    for rate, samples in ((None, 1600), (24000, 2400)):
        assert main(words if rate is None else [*words, "--rate", str(rate)]) == 0
        printed = capsys.readouterr()
        assert f"note: x is (1, {samples}), by" in printed.err
        assert json.loads(printed.out)["inputs"][0]["shape"] == [1, samples]
