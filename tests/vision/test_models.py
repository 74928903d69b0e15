# SPDX-License-Identifier: MIT
"""Public networks on public photos: what is in them is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from npucore import Session
from npucore.session import load
from npucore.vision.answer import Answer, Classes, Objects, Segments, interpret
from npucore.vision.image import load_image, to_input
from npucore.vision.labels import load_labels


def answer(shared: Path, network: str, photo: str) -> Answer:
    graph = load(shared / "models" / "tflite" / network)
    image = load_image(shared / "models" / "images" / photo)
    with Session(graph, "reference") as session:
        return interpret(graph, session.run(to_input(image, graph.inputs[0])))


def names(shared: Path, file: str) -> dict[int, str]:
    return load_labels(shared / "models" / "labels" / file)


@pytest.mark.parametrize(
    ("photo", "label"),
    [
        ("cat.bmp", "Egyptian cat"),
        ("parrot.jpg", "macaw"),
        ("dog_segmentation.bmp", "Samoyed, Samoyede"),
        ("grace_hopper.bmp", "military uniform"),
    ],
)
def test_a_classifier_knows_what_is_on_the_photo(shared: Path, photo: str, label: str) -> None:
    found = answer(shared, "mobilenet_v1_1.0_224_quant.tflite", photo)
    assert isinstance(found, Classes)
    assert names(shared, "imagenet_labels.txt")[found.classes[0].index] == label


@pytest.mark.parametrize(
    ("photo", "label", "count", "score"),
    [("cat.bmp", "cat", 1, 0.7), ("bird.bmp", "bird", 1, 0.7), ("pets.jpg", "dog", 2, 0.8)],
)
def test_a_detector_finds_the_animals_with_confidence(
    shared: Path, photo: str, label: str, count: int, score: float
) -> None:
    found = answer(shared, "ssdlite_mobiledet_coco_qat_postprocess.tflite", photo)
    assert isinstance(found, Objects)
    labels = names(shared, "coco_labels.txt")
    sure = [o for o in found.objects if labels[o.index] == label and o.score > score]
    assert len(sure) == count


def test_a_raw_yolo_head_finds_both_dogs(shared: Path) -> None:
    found = answer(shared, "yolov8n_full_integer_quant_224.tflite", "pets.jpg")
    assert isinstance(found, Objects)
    labels = names(shared, "coco80_labels.txt")
    assert [labels[o.index] for o in found.objects] == ["dog", "dog"]


def test_a_detector_with_its_own_postprocess_finds_kites_and_people(shared: Path) -> None:
    found = answer(shared, "ssdlite_mobiledet_coco_qat_postprocess.tflite", "kite_and_cold.jpg")
    assert isinstance(found, Objects)
    labels = names(shared, "coco_labels.txt")
    assert {labels[o.index] for o in found.objects} == {"kite", "person"}


def test_a_segmenter_gives_half_of_the_photo_to_the_dog(shared: Path) -> None:
    found = answer(shared, "deeplabv3_mnv2_dm05_pascal_quant.tflite", "dog_segmentation.bmp")
    assert isinstance(found, Segments)
    labels = names(shared, "pascal_voc_segmentation_labels.txt")
    shares = {labels[s.index]: s.share for s in found.shares}
    assert shares["dog"] == pytest.approx(0.52, abs=0.02)
