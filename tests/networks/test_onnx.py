# SPDX-License-Identifier: MIT
"""Real ONNX networks against ONNX Runtime."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

import npucore
from npucore.cli import main
from npucore.tensor import Array
from npucore.vision.image import load_image, to_input
from tests.material.onnx.runtime import runtime

CLASSIFIER = "ch_ppocr_mobile_v2.0_cls_mobile"
SHAPES = {CLASSIFIER: {"x": (1, 3, 48, 192)}}
FLOATS = (CLASSIFIER, "mnist", "ultraface_rfb_320")
QUANTIZED = ("mobilenet_v1_1.0_224_quant_qdq", "mobilenet_v1_1.0_224_quant_qop")
LARGEST_ERROR = 1e-4
SIDE = 224


def network(shared: Path, name: str) -> Path:
    return shared / "models" / "onnx" / f"{name}.onnx"


def inputs(session: npucore.Session, shared: Path) -> list[Array]:
    """Two seeded random ones, and the photos."""
    [tensor] = session.inputs
    rng = np.random.default_rng(6)
    drawn = [rng.integers(0, 256, tensor.shape, np.uint8) for _ in range(2)]
    if tensor.dtype.kind == "f":
        drawn = [x.astype(np.float32) / 255 for x in drawn]
    photos = sorted((shared / "models" / "images").iterdir())
    return drawn + [to_input(load_image(photo), tensor) for photo in photos]


@pytest.mark.sample(5)
@pytest.mark.parametrize("name", [*FLOATS, *QUANTIZED])
def test_a_network_equals_onnx_runtime(shared: Path, name: str) -> None:
    path = network(shared, name)
    with npucore.Session(path, "reference", shapes=SHAPES.get(name)) as session:
        for x in inputs(session, shared):
            got, want = session.run(x), runtime(path.read_bytes(), {session.inputs[0].name: x})
            for mine, theirs in zip(got, want, strict=True):
                assert mine.shape == theirs.shape
                if name in QUANTIZED:
                    assert np.array_equal(mine, theirs)
                else:
                    assert np.abs(mine - theirs).max() <= LARGEST_ERROR


def without_codecs(path: Path, last: str, kind: int) -> bytes:
    """The super-resolution network from its decoded picture (BGR) to *last*."""
    proto = onnx.load(path)
    graph = proto.graph
    kept = []
    for node in graph.node:
        if node.op_type == "Split":  # the file leaves out what ONNX Runtime wants since opset 18
            node.attribute.append(onnx.helper.make_attribute("num_outputs", len(node.output)))
        if node.domain == "" and node.output[0] != "image_out":
            kept.append(onnx.NodeProto.FromString(node.SerializeToString()))
    del graph.node[:], graph.input[:], graph.output[:]
    graph.node.extend(kept)
    info = onnx.helper.make_tensor_value_info
    graph.input.append(info("_ppp0_bgr_data", onnx.TensorProto.UINT8, ["h", "w", 3]))
    graph.output.append(info(last, kind, None))
    data: bytes = proto.SerializeToString()
    return data


@pytest.mark.slow
def test_a_network_with_pictures_at_its_ends_equals_onnx_runtime(shared: Path) -> None:
    """Floats before the last rounding to 1e-4; a byte that lies between two may be the other."""
    path = network(shared, "superresolution_prepost_op18")
    data = without_codecs(path, "_ppp12_bgr_data", onnx.TensorProto.UINT8)
    shapes = {"image": (SIDE, SIDE, 3)}
    with npucore.Session(path, "reference", shapes=shapes) as session:
        for photo in sorted((shared / "models" / "images").iterdir())[:3]:
            x = to_input(load_image(photo), session.inputs[0])
            [mine] = session.run(x)
            [bgr] = runtime(data, {"_ppp0_bgr_data": x[..., ::-1]})
            apart = np.abs(mine.astype(int) - bgr[..., ::-1])
            assert apart.max() <= 1
            assert (apart > 0).mean() < 1e-4


def test_the_core_of_that_network_equals_onnx_runtime(shared: Path, tmp_path: Path) -> None:
    path = network(shared, "superresolution_prepost_op18")
    data = without_codecs(path, "output", onnx.TensorProto.FLOAT)
    (cut := tmp_path / "core.onnx").write_bytes(data)
    x = np.random.default_rng(6).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    with npucore.Session(cut, "reference", shapes={"_ppp0_bgr_data": x.shape}) as session:
        [mine], [theirs] = session.run(x), runtime(data, {"_ppp0_bgr_data": x})
    assert np.abs(mine - theirs).max() <= LARGEST_ERROR


@pytest.mark.parametrize("name", QUANTIZED)
def test_rocket_takes_all_but_the_softmax(shared: Path, name: str) -> None:
    with npucore.Session(network(shared, name), "rocket", placement="greedy") as session:
        assert [p.op for p in session.placement if p.backend != "rocket"] == ["softmax"]


@pytest.mark.slow
def test_a_float_network_is_quantized_and_runs_on_rocket(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "small.onnx"
    words: list[Any] = ["quantize", network(shared, CLASSIFIER), "--shape", "x=1,3,48,192"]
    words += ["--calibrate", shared / "models" / "images", "-o", output, "--backend", "rocket"]
    words += ["--mean", "0", "--std", "255", "--no-bgr"]  # photos are no text: any range will do
    assert main([*map(str, words), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["convolutions"] == report["convolutions_placed"] == 53
    assert report["agreement"] >= 0.75
    totals = [layer["total"] for layer in report["layers"]]
    assert totals == sorted(totals, reverse=True)
    assert 0 < totals[0] < 1
    with (
        npucore.Session(output, "rocket", placement="greedy") as session,
        npucore.Session(output, "reference") as judge,
    ):
        x = np.random.default_rng(6).random((1, 3, 48, 192), np.float32)
        [y] = judge.run(x)
        [wanted] = runtime(output.read_bytes(), {"x": x}, unsaturated=True)
        assert np.array_equal(y, wanted)
        assert np.abs(session.run(x)[0] - y).max() < 0.1
