# SPDX-License-Identifier: MIT
"""Public networks that OpenVINO itself has converted, held against OpenVINO."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore.running.work import macs
from tests.material.openvino.judge import judged

openvino: Any = pytest.importorskip("openvino", reason="the judge, OpenVINO, is not installed")

pytestmark = [pytest.mark.slow, pytest.mark.long]

FLOAT = {
    "onnx/mnist.onnx": 1e-5,
    "onnx/ultraface_rfb_320.onnx": 1e-5,
    "tflite/face_detection_front.tflite": 1e-5,
    "tflite/mlperf_tiny_resnet8_fp32.tflite": 1e-5,
}
INTEGERS = {  # -> part of the multiplications that rocket takes, at least
    "tflite/mlperf_tiny_ad01_int8.tflite": 0.99,
    "tflite/mlperf_tiny_kws_int8.tflite": 0.95,
    "tflite/mlperf_tiny_resnet8_int8.tflite": 0.99,
    "tflite/mlperf_tiny_streaming_ww_int8.tflite": 0.95,
    "tflite/mobilenet_v1_0.25_128_quant.tflite": 0.95,
}


def converted(folder: Path, model: Path) -> tuple[Path, npucore.Graph, np.ndarray[Any, Any]]:
    """An IR, the graph that is read of it, and an input."""
    read = openvino.convert_model(str(model))
    shape = [1 if size.is_dynamic else size.get_length() for size in read.inputs[0].partial_shape]
    read.reshape(shape)
    openvino.save_model(read, str(path := folder / "network.xml"), compress_to_fp16=False)
    graph = npucore.load(path)
    rng, tensor = np.random.default_rng(0), graph.inputs[0]
    if tensor.dtype.kind == "f":
        return path, graph, rng.random(tensor.shape, np.float32)
    info = np.iinfo(tensor.dtype)
    numbers = rng.integers(info.min, info.max + 1, tensor.shape)
    return path, graph, numbers.astype(tensor.dtype)


@pytest.mark.parametrize("name", FLOAT)
def test_real_numbers_agree(shared: Path, tmp_path: Path, name: str) -> None:
    path, graph, x = converted(tmp_path, shared / "models" / name)
    with npucore.Session(graph, "reference") as session:
        found = session.run([x])[0]
    wanted = judged(path, [x])
    assert np.abs(found - wanted).max() <= FLOAT[name] * np.abs(wanted).max()


@pytest.mark.parametrize("name", INTEGERS)
def test_integers_differ_by_one_at_most(shared: Path, tmp_path: Path, name: str) -> None:
    path, graph, x = converted(tmp_path, shared / "models" / name)
    with npucore.Session(graph, "reference") as session:
        found = session.run([x])[0]
    assert np.abs(found.astype(int) - judged(path, [x])).max() <= 1
    with npucore.Session(graph, "rocket") as session:
        work = macs(session.placement, session.chosen)
    assert work["rocket"] >= INTEGERS[name] * sum(work.values())
