# SPDX-License-Identifier: MIT
"""``npucore quantize`` and ``--shape``, on networks that are written here."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

from npucore.cli import main
from tests.material.onnx.write import Ends, model, node
from tests.material.published import is_as_published


def network(path: Path, *shape: int | str) -> Path:
    """A float classifier of images, without a *shape* of 12 x 12 pixels and an open batch."""
    rng = np.random.default_rng(3)
    nodes = [
        node("Conv", ["x", "w"], "a", strides=[2, 2]),
        node("BatchNormalization", ["a", "s", "b", "m", "v"], "n"),
        node("Relu", ["n"], "r"),
        node("Conv", ["r", "u"], "c"),
        node("GlobalAveragePool", ["c"], "g"),
        node("Flatten", ["g"], "f"),
        node("Gemm", ["f", "t"], "y"),
    ]
    shapes = {"w": (8, 3, 3, 3), "u": (16, 8, 3, 3), "t": (16, 5)}
    constants = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    constants |= {name: rng.normal(size=8).astype(np.float32) for name in "sbm"}
    constants["v"] = np.ones(8, np.float32)
    ends: Ends = {"x": (np.float32, list(shape) or ["batch", 3, 12, 12])}
    path.write_bytes(model(nodes, ends, {"y": np.float32}, constants))
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of four pictures."""
    (folder := tmp_path / "photos").mkdir()
    for number in range(4):
        rng = np.random.default_rng(number)
        pixels = rng.integers(0, 256, (20, 30, 3), np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


def quantize(path: Path, photos: Path, output: Path, *words: str) -> int:
    shape = ["--shape", "x=1,3,12,12", "--backend", "rocket"]
    given = ["quantize", str(path), "--calibrate", str(photos), "-o", str(output)]
    return main([*given, *shape, *words])


def test_a_float_network_is_quantized_and_judged(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("onnxruntime", reason="the quantizer, onnxruntime, is not installed")
    output = tmp_path / "small.onnx"
    assert quantize(network(tmp_path / "net.onnx"), photos, output, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert is_as_published(report, "quantize")
    assert report["scheme"] == {
        "per_channel": True,
        "symmetric_activations": False,
        "reduced_range": False,
    }
    assert report["samples"] == 4
    assert report["convolutions"] == report["convolutions_placed"] == 2
    totals = [layer["total"] for layer in report["layers"]]
    assert totals == sorted(totals, reverse=True)
    assert 0 < totals[0] < 0.5
    assert output.stat().st_size == report["size_bytes"]


def test_a_bias_may_have_an_axis_of_its_own(tmp_path: Path, photos: Path) -> None:
    pytest.importorskip("onnxruntime", reason="the quantizer, onnxruntime, is not installed")
    rng = np.random.default_rng(3)
    nodes = [
        node("Flatten", ["x"], "f"),
        node("MatMul", ["f", "t"], "m"),
        node("Add", ["m", "b"], "y"),
    ]
    constants = {
        "t": rng.normal(size=(432, 10)).astype(np.float32),
        "b": rng.normal(size=(1, 10)).astype(np.float32),
    }
    (path := tmp_path / "net.onnx").write_bytes(
        model(nodes, {"x": (np.float32, [1, 3, 12, 12])}, {"y": np.float32}, constants)
    )
    output = tmp_path / "small.onnx"
    words = ["quantize", str(path), "--calibrate", str(photos), "-o", str(output)]
    assert main(words) == 0
    assert output.exists()


def test_the_words_say_the_same(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("onnxruntime", reason="the quantizer, onnxruntime, is not installed")
    output = tmp_path / "small.onnx"
    assert quantize(network(tmp_path / "net.onnx"), photos, output, "--per-channel") == 0
    text = capsys.readouterr().out
    assert "8-bit weights per channel, uint8 activations" in text
    assert "2 of 2 convolutions on rocket" in text
    scales = [t for t in onnx.load(output).graph.initializer if list(t.dims) == [16]]
    assert scales


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--calibrate", "nowhere"], "nowhere: no such folder"),
        (["-o", "nowhere/x.onnx"], "nowhere/x.onnx: no such folder"),
        (["--samples", "0"], "no files to calibrate with"),
        (["--shape", "x=1,4,12,12"], "x has the shape (batch, 3, 12, 12), not (1, 4, 12, 12)"),
        (["--shape", "x"], "--shape x: wanted NAME=1,3,224,224"),
        (["--shape", "z=1"], "no input called 'z'; inputs: x"),
    ],
    ids=["folder", "output", "samples", "contradiction", "spelling", "stranger"],
)
def test_a_mistake_gives_one_sentence(
    tmp_path: Path,
    photos: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    message: str,
) -> None:
    output = tmp_path / "small.onnx"
    assert quantize(network(tmp_path / "net.onnx"), photos, output, *words) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert message in captured.err
    assert not output.exists()


@pytest.mark.parametrize("real", [True, False], ids=["float", "quantized"])
def test_a_tflite_file_is_told_the_way(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str], real: bool
) -> None:
    import npucore

    path = Path(npucore.__file__).parent / "demo" / "digits.tflite"
    message = "digits.tflite is quantized already"
    if real:
        pytest.importorskip("ai_edge_litert", reason="the writer of TFLite is not installed")
        from tests.material.tflite.write import single, tensor

        ends = [tensor((1, 4, 4, 3), np.float32) for _ in range(2)]
        (path := tmp_path / "net.tflite").write_bytes(single("RELU", ends[:1], ends[1]))
        message = "tf2onnx.convert --opset 17 --tflite net.tflite --output net.onnx"
    words = ["quantize", str(path), "--calibrate", str(photos), "-o", str(tmp_path / "x")]
    assert main(words) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
