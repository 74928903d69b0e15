# SPDX-License-Identifier: MIT
"""Float networks by fp16: the share of the NPU, the pieces, and the distance from float32."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.tensor import Shape
from npucore_rocket import RocketBackend

Wanted = tuple[dict[str, Shape], float, int, float]
NETWORKS: dict[str, Wanted] = {
    "tflite/face_detection_front.tflite": ({}, 0.99, 3, 0.003),
    "tflite/mlperf_tiny_resnet8_fp32.tflite": ({}, 0.99, 2, 0.003),
    "onnx/ultraface_rfb_320.onnx": ({}, 0.99, 3, 0.0011),
    "onnx/ch_ppocr_mobile_v2.0_cls_mobile.onnx": ({"x": (1, 3, 48, 192)}, 0.99, 3, 0.001),
    "tflite/selfie_segmentation.tflite": ({}, 0.95, 30, 0.04),
}
"""File -> open sizes, least share of the MACs, most pieces, error over the largest value."""


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_a_float_network_runs_as_it_is(shared: Path, name: str) -> None:
    sizes, share, pieces, error = NETWORKS[name]
    graph = npucore.load(shared / "models" / name, shapes=sizes)
    rocket = RocketBackend(floats="fp16", trust="shown")
    explained = npucore.explain(graph, rocket, placement="greedy")
    assert explained.macs["rocket"] >= share * sum(explained.macs.values())
    assert explained.runs <= pieces
    rng = np.random.default_rng(0)
    inputs = [rng.uniform(0, 1, t.shape).astype(np.float32) for t in graph.inputs]
    with npucore.Session(graph, rocket, placement="greedy") as session:
        answers = session.run(inputs)
    with npucore.Session(graph, "reference") as session:
        for got, want in zip(answers, session.run(inputs), strict=True):
            assert abs(got - want).max() <= error * abs(want).max()
