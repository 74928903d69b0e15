# SPDX-License-Identifier: MIT
"""Public networks on public photos: what is in them is known.

Places and outlines were drawn by hand over the enlarged photos, in pixels, x before y.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from npucore import Session, vision
from npucore.vision.kinds import Answer, Classes, Mask, Objects, Segments
from npucore.vision.labels import load_labels


def reply(shared: Path, network: str, photo: str) -> vision.Reply:
    with Session(shared / "models" / network, "reference") as session:
        return vision.ask(session, shared / "models" / "images" / photo)


def answer(shared: Path, network: str, photo: str) -> Answer:
    return reply(shared, f"tflite/{network}", photo).answer


def names(shared: Path, file: str) -> dict[int, str]:
    return load_labels(shared / "models" / "labels" / file)


SAMOYED = [
    *((57, 17), (60, 20), (85, 20), (92, 17), (100, 15), (108, 10), (116, 20), (119, 30)),
    *((120, 45), (120, 128), (42, 128), (36, 118), (36, 80), (38, 70), (41, 50), (48, 34)),
    (57, 24),
]
OFFICER = [  # with her cap
    *((175, 90), (180, 70), (220, 30), (260, 22), (300, 28), (340, 55), (368, 88), (372, 130)),
    *((370, 170), (375, 190), (362, 240), (352, 290), (330, 315), (340, 335), (400, 362)),
    *((480, 392), (500, 410), (512, 455), (512, 600), (14, 600), (20, 520), (30, 430)),
    *((42, 390), (70, 370), (150, 345), (195, 322), (200, 310), (190, 300), (165, 270)),
    *((155, 220), (155, 185), (165, 150), (153, 125), (160, 95)),
]
ALIKE = 0.85  # of what an outline drawn by hand and a network's have together, the part they share


def common(found: vision.Reply, there: np.ndarray, outline: list[tuple[int, int]]) -> float:
    """Intersection over union of a map over the photo and an outline on it."""
    assert found.image is not None
    drawn = Image.new("1", found.image.size)
    ImageDraw.Draw(drawn).polygon(outline, fill=1)
    mine = np.asarray(drawn.resize(there.shape[::-1], Image.Resampling.NEAREST))
    return float((mine & there).sum() / (mine | there).sum())


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
    ("photo", "label", "count"),
    [("cat.bmp", "cat", 1), ("bird.bmp", "bird", 1), ("pets.jpg", "dog", 2)],
)
def test_a_detector_is_surest_of_the_animals(
    shared: Path, photo: str, label: str, count: int
) -> None:
    found = answer(shared, "ssdlite_mobiledet_coco_qat_postprocess.tflite", photo)
    assert isinstance(found, Objects)
    labels = names(shared, "coco_labels.txt")
    said = [labels[o.index] for o in found.objects]
    assert said[:count] == [label] * count
    assert set(said) == {label}


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


def test_a_segmenter_finds_the_outline_of_the_dog(shared: Path) -> None:
    found = reply(shared, "tflite/deeplabv3_mnv2_dm05_pascal_quant.tflite", "dog_segmentation.bmp")
    assert isinstance(found.answer, Segments)
    labels = names(shared, "pascal_voc_segmentation_labels.txt")
    (dog,) = [s.index for s in found.answer.shares if labels[s.index] == "dog"]
    assert common(found, found.answer.map == dog, SAMOYED) >= ALIKE


@pytest.mark.parametrize(
    "network",
    ["mobilenet_v2_1.0_224_quant.tflite", "mobilenet_edgetpu_0.75_224_ptq.tflite"],
)
def test_without_labels_the_names_are_imagenets(shared: Path, network: str) -> None:
    found = reply(shared, f"tflite/{network}", "cat.bmp")
    assert isinstance(found.answer, Classes)
    assert found.names.labels[found.answer.classes[0].index] == "Egyptian cat"


CIFAR_CAT = 3  # of airplane, automobile, bird, cat, ...: CIFAR-10's order


@pytest.mark.parametrize("form", ["fp32", "int8"])
def test_a_network_of_bytes_is_right_by_itself(shared: Path, form: str) -> None:
    found = reply(shared, f"tflite/mlperf_tiny_resnet8_{form}.tflite", "cat.bmp")
    assert isinstance(found.answer, Classes)
    assert found.answer.classes[0].index == CIFAR_CAT
    note = " (assumed; --mean, --std, --bgr and --resize say otherwise)"
    assert found.fed.text == "RGB, 0..255, stretched to 32x32" + (note if form == "fp32" else "")


PETS = (512, 430)  # columns and rows
# Left, top, right, bottom. The thin tail of the second reaches up to 6, its back to 65: a top
# between them is right.
DOGS = [(346, (165, 165), 494, 363), (106, (6, 65), 260, 294)]
OFF = 16  # pixels by which an edge may be wrong, 3 % of the photo's width


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    "network",
    [
        "yolov8n_full_integer_quant_224.tflite",
        "yolov5n-int8.tflite",
        "ssdlite_mobiledet_coco_qat_postprocess.tflite",
    ],
)
def test_detectors_agree_about_the_dogs(shared: Path, network: str) -> None:
    found = reply(shared, f"tflite/{network}", "pets.jpg")
    assert isinstance(found.answer, Objects)
    assert found.image is not None
    assert found.image.size == PETS
    dogs = [o.box for o in found.answer.objects if found.names.labels[o.index] == "dog"]
    for (ymin, xmin, ymax, xmax), (left, (tip, back), right, bottom) in zip(
        sorted(dogs, key=lambda box: -box[1]), DOGS, strict=True
    ):
        assert (xmin * PETS[0], xmax * PETS[0]) == pytest.approx((left, right), abs=OFF)
        assert ymax * PETS[1] == pytest.approx(bottom, abs=OFF)
        assert tip - OFF <= ymin * PETS[1] <= back + OFF


FACE = (165, 135, 362, 336)  # left, top below the cap, right, chin
EYES, MOUTH = ((225, 188), (310, 188)), (270, 278)  # on the left and the right of the photo
NEAR = 20  # pixels, 4 % of the width: detectors do not agree about where a face ends


@pytest.mark.parametrize(
    "network", ["tflite/face_detection_front.tflite", "onnx/ultraface_rfb_320.onnx"]
)
def test_a_face_is_found(shared: Path, network: str) -> None:
    found = reply(shared, network, "grace_hopper.bmp")
    assert isinstance(found.answer, Objects)
    (face,) = found.answer.objects
    assert found.names.labels == {0: "face"}
    assert found.image is not None
    width, height = found.image.size
    ymin, xmin, ymax, xmax = face.box
    edges = (xmin * width, ymin * height, xmax * width, ymax * height)
    assert edges == pytest.approx(FACE, abs=NEAR)
    points = dict(zip(found.answer.point_names, face.points, strict=True))
    for name, place in zip(("right eye", "left eye", "mouth"), (*EYES, MOUTH), strict=True):
        if points:
            there = (points[name].x * width, points[name].y * height)
            assert there == pytest.approx(place, abs=NEAR)


def test_a_person_stands_out(shared: Path) -> None:
    found = reply(shared, "tflite/selfie_segmentation.tflite", "grace_hopper.bmp")
    assert isinstance(found.answer, Mask)
    assert common(found, found.answer.map >= 0.5, OFFICER) >= ALIKE


def test_an_autoencoder_is_none_of_the_kinds(shared: Path) -> None:
    from npucore.running.session import load
    from npucore.vision import heads

    graph = load(shared / "models" / "tflite" / "mlperf_tiny_ad01_int8.tflite")
    assert heads.chosen(graph) == []
