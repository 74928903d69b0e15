# SPDX-License-Identifier: MIT
"""Detectors: the rows that Frigate's own detector makes of LiteRT's outputs are ours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import npucore
from npucore.faces.settings import Settings
from npucore.frigate.detector import Detector
from npucore.frigate.tensors import Frames, Rows
from npucore.tensor import Array
from tests.material.litert.models import detector

litert = pytest.importorskip("ai_edge_litert.interpreter", reason="the oracle is not installed")

SHARED = Path(__file__).parents[3] / "shared" / "models"
MOBILEDET = SHARED / "tflite" / "ssdlite_mobiledet_coco_qat_postprocess.tflite"
YOLO = SHARED / "tflite" / "yolov8n_full_integer_quant_224.tflite"
PETS = SHARED / "images" / "pets.jpg"
DOG = {MOBILEDET: 17, YOLO: 16}  # in the model's own numbers


def outputs_of(path: Path, frame: Array) -> list[Array]:
    """LiteRT's, of the kernels that are its reference."""
    kind = litert.OpResolverType.BUILTIN_REF
    interpreter = litert.Interpreter(str(path), experimental_op_resolver_type=kind)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], frame)
    interpreter.invoke()
    return [interpreter.get_tensor(each["index"]) for each in interpreter.get_output_details()]


def of_frigate(outputs: Sequence[Array]) -> Rows:
    """As its detector of type cpu reads an SSD: up to 20, until a score is below 0.4."""
    boxes, classes, scores = (output[0] for output in outputs[:3])
    (count,) = outputs[3]
    rows = np.zeros((20, 6), np.float32)
    for row in range(min(int(count), 20)):
        if scores[row] < 0.4:
            break
        rows[row] = (classes[row], scores[row], *np.clip(boxes[row], 0, 1))
    return rows


def test_rows_of_an_ssd_are_those_that_frigate_makes(tmp_path: Path) -> None:
    """Of one set of outputs: of boxes with the same score LiteRT takes any first."""
    (path := tmp_path / "ssd.tflite").write_bytes(detector())
    frames, some = Frames(npucore.load(path)), 0
    rng = np.random.default_rng(18)
    for _ in range(8):
        frame = rng.integers(0, 256, (1, 16, 16, 3)).astype(np.uint8)
        np.testing.assert_array_equal(frames.input(frame), frame)
        outputs = outputs_of(path, frame)
        np.testing.assert_array_equal(frames.rows(outputs, "ssd"), wanted := of_frigate(outputs))
        some += int((wanted[:, 1] > 0).sum())
    assert some > 8


@pytest.mark.slow
@pytest.mark.skipif(not MOBILEDET.exists(), reason="../shared is not there")
def test_mobiledet_on_a_photo() -> None:
    frame = np.asarray(Image.open(PETS).convert("RGB").resize((320, 320)))[None]
    rows = Detector(MOBILEDET, "ssd", Settings("reference"))(frame)
    np.testing.assert_array_equal(rows, of_frigate(outputs_of(MOBILEDET, frame)))
    assert rows[:2, 0].tolist() == [DOG[MOBILEDET]] * 2


@pytest.mark.slow
@pytest.mark.skipif(not YOLO.exists(), reason="../shared is not there")
def test_a_yolo_takes_bytes_and_floats_of_either_layout() -> None:
    found = Detector(YOLO, "yologeneric", Settings("reference"))
    pixels = np.asarray(Image.open(PETS).convert("RGB").resize((224, 224)))[None]
    rows = found(pixels)
    assert rows[:3, 0].tolist() == [DOG[YOLO], DOG[YOLO], 0]
    assert rows[1, 1] > 0.85
    floats = (pixels.transpose(0, 3, 1, 2) / 255).astype(np.float32)
    np.testing.assert_allclose(found(floats), rows, atol=0.02)
