# SPDX-License-Identifier: MIT
"""Float networks by fp16: the share of the NPU, the pieces, and the distance from float32."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import npucore
from npucore.tensor import Shape
from npucore_rocket import RocketBackend

Wanted = tuple[dict[str, Shape], float, int, float]
NETWORKS: dict[str, Wanted] = {
    "tflite/face_detection_front.tflite": ({}, 0.99, 3, 0.003),
    "tflite/mlperf_tiny_resnet8_fp32.tflite": ({}, 0.99, 2, 0.003),
    "onnx/ultraface_rfb_320.onnx": ({}, 0.99, 3, 0.0011),
    "onnx/ch_ppocr_mobile_v2.0_cls_mobile.onnx": ({"x": (1, 3, 48, 192)}, 0.99, 3, 0.001),
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


@pytest.mark.slow
@pytest.mark.parametrize("photo", ["grace_hopper.bmp", "pets.jpg", "parrot.jpg"])
def test_masks_of_photos_are_those_of_float32(shared: Path, photo: str) -> None:
    """Peak signal to noise of the mask, 0 to 1, above 50 dB; on noise there is no mask at all."""
    graph = npucore.load(shared / "models/tflite/selfie_segmentation.tflite")
    rocket = RocketBackend(floats="fp16", trust="shown")
    explained = npucore.explain(graph, rocket, placement="greedy")
    assert explained.runs == 1
    image = Image.open(shared / "models/images" / photo).convert("RGB").resize((256, 256))
    x = np.asarray(image, np.float32)[None] / 255
    with npucore.Session(graph, rocket, placement="greedy") as session:
        (found,) = session.run([x])
    with npucore.Session(graph, "reference") as session:
        (wanted,) = session.run([x])
    assert wanted.max() > 0.9
    assert -10 * np.log10(np.mean((found - wanted) ** 2)) > 50
