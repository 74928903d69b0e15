# SPDX-License-Identifier: MIT
"""Public networks on public photos: what is in them is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from npucore import Session, vision
from npucore.vision.answer import Answer, Classes, Mask, Objects, Segments
from npucore.vision.labels import load_labels


def reply(shared: Path, network: str, photo: str) -> vision.Reply:
    with Session(shared / "models" / network, "reference") as session:
        return vision.ask(session, shared / "models" / "images" / photo)


def answer(shared: Path, network: str, photo: str) -> Answer:
    return reply(shared, f"tflite/{network}", photo).answer


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


@pytest.mark.parametrize(
    "network",
    ["mobilenet_v2_1.0_224_quant.tflite", "mobilenet_edgetpu_0.75_224_ptq.tflite"],
)
def test_without_labels_the_names_are_imagenets(shared: Path, network: str) -> None:
    found = reply(shared, f"tflite/{network}", "cat.bmp")
    assert isinstance(found.answer, Classes)
    assert found.names.labels[found.answer.classes[0].index] == "Egyptian cat"


CIFAR_CAT = 3


@pytest.mark.parametrize("form", ["fp32", "int8"])
def test_a_network_of_bytes_is_right_by_itself(shared: Path, form: str) -> None:
    found = reply(shared, f"tflite/mlperf_tiny_resnet8_{form}.tflite", "cat.bmp")
    assert isinstance(found.answer, Classes)
    assert found.answer.classes[0].index == CIFAR_CAT
    note = " (assumed; --mean, --std, --bgr and --resize say otherwise)"
    assert found.fed.text == "RGB, 0..255, stretched to 32x32" + (note if form == "fp32" else "")


# x and y of the dogs on pets.jpg as YOLOv8n has them; they were compared with the photo by eye.
DOGS = [(343, 167, 490, 370), (107, 36, 257, 293)]
PETS = (512, 430)  # columns and rows


@pytest.mark.parametrize(
    ("network", "off"),
    [
        ("yolov8n_full_integer_quant_224.tflite", 5),
        ("yolov5n-int8.tflite", 18),
        ("ssdlite_mobiledet_coco_qat_postprocess.tflite", 18),
    ],
)
def test_detectors_agree_about_the_dogs(shared: Path, network: str, off: int) -> None:
    found = reply(shared, f"tflite/{network}", "pets.jpg")
    assert isinstance(found.answer, Objects)
    dogs = [o for o in found.answer.objects if found.names.labels[o.index] == "dog"]
    assert found.image.size == PETS
    for dog, (left, top, right, bottom) in zip(
        sorted(dogs, key=lambda o: -o.box[1]), DOGS, strict=True
    ):
        wanted = top / PETS[1], left / PETS[0], bottom / PETS[1], right / PETS[0]
        apart = [abs(a - b) for a, b in zip(dog.box, wanted, strict=True)]
        assert max(apart[0] * PETS[1], apart[1] * PETS[0]) <= off
        assert max(apart[2] * PETS[1], apart[3] * PETS[0]) <= off


@pytest.mark.parametrize(
    "network", ["tflite/face_detection_front.tflite", "onnx/ultraface_rfb_320.onnx"]
)
def test_a_face_is_found(shared: Path, network: str) -> None:
    found = reply(shared, network, "grace_hopper.bmp")
    assert isinstance(found.answer, Objects)
    (face,) = found.answer.objects
    assert found.names.labels == {0: "face"}
    width, height = found.image.size
    ymin, xmin, ymax, xmax = face.box
    eyes = (190 / height, 265 / width)  # between them
    assert ymin < eyes[0] < ymax
    assert xmin < eyes[1] < xmax
    assert 0.2 < xmax - xmin < 0.5


def test_a_person_stands_out(shared: Path) -> None:
    found = answer(shared, "selfie_segmentation.tflite", "grace_hopper.bmp")
    assert isinstance(found, Mask)
    assert found.share == pytest.approx(0.58, abs=0.03)
    assert found.map[20, 20] < 0.5 < found.map[200, 128]


def test_an_autoencoder_is_none_of_the_kinds(shared: Path) -> None:
    from npucore.session import load
    from npucore.vision import heads

    graph = load(shared / "models" / "tflite" / "mlperf_tiny_ad01_int8.tflite")
    assert heads.chosen(graph) == []
