# SPDX-License-Identifier: MIT
"""A photo or a sound through a network of every kind, from the file to the drawing.

The networks are written here: those of detectors end in constants whose answer is known (plus
zero times the photo), the others compute their answer from the photo. The photo is red on the
left and blue on the right, 96 columns and 48 rows.
"""

from __future__ import annotations

import json
import wave
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("onnx", reason="the writer of networks, onnx, is not installed")

from npucore import Session, vision
from npucore.cli import main
from npucore.tensor import Array
from npucore.vision.kinds import Classes, Text
from tests.onnx.write import model, node
from tests.vision.heads import made, test_anchors, test_others, test_yolo_maps
from tests.vision.heads.made import INDEX, SIZE

RED, BLUE = (255, 0, 0), (0, 0, 255)
NCHW, NHWC = (1, 3, SIZE, SIZE), (1, SIZE, SIZE, 3)
FLOAT = np.float32


def constants(image: Sequence[int], outputs: Mapping[str, Array], kind: Any = FLOAT) -> bytes:
    """A network that gives *outputs* whatever its input is."""
    nodes = [node("ReduceMax", ["x"], "m", keepdims=0)]
    nodes += [node("Mul", ["m", "zero"], "z")]
    held: dict[str, Array] = {"zero": np.zeros((), FLOAT)}
    for name, array in outputs.items():
        held[f"k_{name}"] = array.astype(FLOAT)
        nodes.append(node("Add", ["z", f"k_{name}"], name))
    return model(nodes, {"x": (kind, list(image))}, dict.fromkeys(outputs, FLOAT), held)


def computed(nodes: Sequence[Any], image: Sequence[int], **held: Array) -> bytes:
    return model(nodes, {"x": (FLOAT, list(image))}, {"y": FLOAT}, held)


def named(outputs: Sequence[Array]) -> dict[str, Array]:
    return {f"y{number}": array for number, array in enumerate(outputs)}


def rows(array: Array) -> dict[str, Array]:
    return {"y": array[np.newaxis]}


def pose() -> Array:
    points = np.tile(np.array(made.cells(), FLOAT)[:, [1, 0, 1]], (1, 17))
    points[:, 2::3] = 0.8
    first = [made.rows8()[:, :4], made.scores(len(points))[:, INDEX:]]
    return np.concatenate([*first, points], axis=1).T


def turned() -> Array:
    angles = made.rng().uniform(-0.7, 2.3, (len(made.cells()), 1))
    return np.concatenate([made.rows8(), angles], axis=1).T


def masks() -> dict[str, Array]:
    weights = np.zeros((len(made.cells()), 4), FLOAT)
    weights[made.middle(), 1] = 1.0
    planes = np.full((1, 4, 16, 16), 5, FLOAT)
    return {"y": np.concatenate([made.rows8(), weights], axis=1).T[np.newaxis], "masks": planes}


def anchored() -> Array:
    sure = np.repeat(made.rows8(), 3, axis=0)
    ones = np.zeros((len(sure), 1), FLOAT)
    ones[3 * made.middle()] = 1
    return np.concatenate([sure[:, :4], ones, sure[:, 4:]], axis=1)


def v8_maps() -> dict[str, Array]:
    places = test_yolo_maps.levels(made.bins(test_yolo_maps.distances(), 16), True)
    scores = test_yolo_maps.levels(made.logit(test_yolo_maps.SURE), True)
    return named([level for pair in zip(places, scores, strict=True) for level in pair])


def v5_maps() -> dict[str, Array]:
    flat = made.logit(test_yolo_maps.anchored("yolo5-maps")).reshape(len(made.cells()), -1)
    return named(list(test_yolo_maps.levels(flat, True)))


def blazeface() -> dict[str, Array]:
    found = np.zeros((1, 896, 16), FLOAT)
    found[0, 7, :4] = (4, 4, 32, 32)
    scores = np.full((1, 896, 1), -9, FLOAT)
    scores[0, 7] = 3
    return {"regressors": found, "classificators": scores}


def ultraface() -> dict[str, Array]:
    corners = np.tile(np.array([0.1, 0.1, 0.4, 0.4], FLOAT), (1, 500, 1))
    corners[0, 3] = (0.5, 0.25, 0.75, 0.5)
    return {"scores": test_anchors.sure(500, 2, 3, 1), "boxes": corners}


def detr() -> dict[str, Array]:
    return {"logits": made.logit(test_anchors.sure(100, 80, 3, 17)), "b": test_anchors.queries(100)}


def finished() -> dict[str, Array]:
    boxes, ones = np.zeros((1, 9, 4), FLOAT), np.zeros((1, 9), FLOAT)
    boxes[0, 0], ones[0, 0] = (0.1, 0.2, 0.5, 0.6), 1
    return {
        "detection_boxes": boxes,
        "detection_scores": ones * 0.9,
        "detection_classes": ones * 17,
    }


def movenet() -> dict[str, Array]:
    return {"y": np.random.default_rng(0).uniform(0.3, 0.9, (1, 1, 17, 3)).astype(FLOAT)}


def landmarks() -> dict[str, Array]:
    points = np.random.default_rng(0).uniform(9, 50, (1, 63)).astype(FLOAT)
    return {"points": points, "flag": np.array([[0.9]], FLOAT)}


def text_map() -> Array:
    scores = np.zeros((1, 1, SIZE, SIZE), FLOAT)
    scores[0, 0, 20:30, 10:50] = 0.9
    return scores


COLOURS = np.eye(3, dtype=FLOAT).reshape(3, 3, 1, 1)


def segments() -> bytes:
    five = np.concatenate([np.full((2, 3, 1, 1), -1, FLOAT), COLOURS])
    return computed([node("Conv", ["x", "w"], "y")], NCHW, w=five)


def red_mask() -> bytes:
    weights = np.array([6, -6, -6], FLOAT).reshape(1, 3, 1, 1)
    return computed([node("Conv", ["x", "w"], "c"), node("Sigmoid", ["c"], "y")], NCHW, w=weights)


def enlarged() -> bytes:
    scales = np.array([1, 1, 2, 2], FLOAT)
    resize = node("Resize", ["x", "", "s"], "y", mode="nearest")
    return computed([resize], NCHW, s=scales)


def negative() -> bytes:
    return computed([node("Sub", ["one", "x"], "y")], NCHW, one=np.ones((1, 1, 1, 1), FLOAT))


def classes() -> bytes:
    nodes = [node("GlobalAveragePool", ["x"], "g"), node("Flatten", ["g"], "y")]
    return computed(nodes, NCHW)


def loudness(samples: int = 160) -> bytes:
    nodes = [node("ReduceMax", ["x"], "m", axes=[1], keepdims=1), node("MatMul", ["m", "w"], "y")]
    return computed(nodes, (1, samples), w=np.array([[0.1, 0.8, 0.05]], FLOAT))


Reply = dict[str, Any]


def one_object(answer: Reply) -> bool:
    return answer["kind"] == "detection" and len(answer["objects"]) == 1


def of_class(number: int) -> Callable[[Reply], bool]:
    return lambda answer: one_object(answer) and answer["objects"][0]["index"] == number


def points(count: int) -> Callable[[Reply], bool]:
    return lambda answer: one_object(answer) and len(answer["objects"][0]["points"]) == count


def shares(answer: Reply) -> bool:
    found = {part["index"]: part["share"] for part in answer["classes"]}
    return abs(found[2] - 0.5) < 0.05 and abs(found[4] - 0.5) < 0.05


KINDS: dict[str, tuple[Callable[[], bytes], Callable[[Reply], bool], str]] = {
    "yolov8": (lambda: constants(NCHW, rows(made.rows8().T)), of_class(INDEX), "1 box"),
    "yolov8, nhwc": (lambda: constants(NHWC, rows(made.rows8().T)), of_class(INDEX), "1 box"),
    "yolov10": (
        lambda: constants(NCHW, rows(made.rows8("corners", True).T)),
        of_class(INDEX),
        "1 box",
    ),
    "yolov10, end to end": (
        lambda: constants(NCHW, rows(np.array([[8, 16, 40, 48, 0.9, 7]] + [[0] * 6] * 29))),
        of_class(7),
        "1 box",
    ),
    "yolov5": (lambda: constants(NCHW, rows(anchored())), of_class(INDEX), "1 box"),
    "yolov5 maps": (lambda: constants(NCHW, v5_maps()), of_class(INDEX), "1 box"),
    "yolov8 maps": (lambda: constants(NCHW, v8_maps()), of_class(INDEX), "1 box"),
    "yolo pose": (lambda: constants(NCHW, rows(pose())), points(17), "1 box and 17 key points"),
    "yolo obb": (
        lambda: constants(NCHW, rows(turned())),
        lambda answer: len(answer["objects"][0]["corners"]) == 4,
        "1 box",
    ),
    "yolo masks": (
        lambda: constants(NCHW, masks()),
        lambda answer: answer["objects"][0]["mask_share"] > 0.2,
        "1 box and 1 mask",
    ),
    "blazeface": (lambda: constants((1, 128, 128, 3), blazeface()), points(6), "6 key points"),
    "ultraface": (lambda: constants(NCHW, ultraface()), of_class(0), "1 box"),
    "detr": (lambda: constants(NCHW, detr()), of_class(17), "1 box"),
    "finished": (lambda: constants(NCHW, finished()), of_class(17), "1 box"),
    "movenet": (lambda: constants(NHWC, movenet()), points(17), "17 key points"),
    "hand": (lambda: constants(NHWC, landmarks()), points(21), "21 key points"),
    "text": (
        lambda: constants((1, 3, 32, 96), {"y": test_others.steps(1, 0, 2, 0, 0, 0, 0, 0)}),
        lambda answer: answer["text"] == "1 2",
        "its text",
    ),
    "text boxes": (
        lambda: constants(NCHW, {"sigmoid_0.tmp_0": text_map()}),
        of_class(0),
        "1 box",
    ),
    "mask": (red_mask, lambda answer: abs(answer["share"] - 0.5) < 0.05, "a mask over"),
    "segments": (segments, shares, "2 classes"),
    "super-resolution": (enlarged, lambda a: (a["width"], a["height"]) == (128, 128), "the image"),
    "style": (negative, lambda answer: answer["kind"] == "picture", "the image"),
    "classes": (classes, lambda answer: answer["kind"] == "classification", "the best class"),
}


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    image = Image.new("RGB", (96, 48), RED)
    image.paste(BLUE, (48, 0, 96, 48))
    image.save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def run(capsys: pytest.CaptureFixture[str], *words: object) -> Reply:
    assert main(["run", *map(str, words), "--json"]) == 0
    report: Reply = json.loads(capsys.readouterr().out)
    return report


@pytest.mark.parametrize("kind", KINDS)
def test_the_right_thing_is_named_and_drawn(
    tmp_path: Path, photo: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    write, right, drawn = KINDS[kind]
    (tmp_path / "net.onnx").write_bytes(write())
    words = [tmp_path / "net.onnx", "--input", photo, "--annotate", tmp_path / "drawn.png"]
    report = run(capsys, *words)
    assert right(report["answer"]), report["answer"]
    assert drawn in report["annotated"]["drawn"]
    assert report["inputs"][0]["fed"]
    with Image.open(tmp_path / "drawn.png") as image, Image.open(photo) as original:
        assert image.tobytes() != original.tobytes()


def test_a_sound_has_classes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.onnx").write_bytes(loudness())
    np.save(tmp_path / "x.npy", np.ones((1, 160), FLOAT))
    report = run(capsys, tmp_path / "net.onnx", "--input", tmp_path / "x.npy")
    assert report["answer"]["classes"][0]["index"] == 1


def test_nothing_to_draw_is_said(
    tmp_path: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "net.onnx").write_bytes(constants(NCHW, rows(made.rows8().T)))
    words = ["run", tmp_path / "net.onnx", "--input", photo, "--annotate", tmp_path / "drawn.png"]
    assert main([*map(str, words), "--threshold", "0.99"]) == 0
    out = capsys.readouterr().out
    assert "drawn.png: the photo alone, there was nothing to draw: no object with a score" in out


def test_a_negative_comes_out_as_the_photos_negative(
    tmp_path: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "net.onnx").write_bytes(negative())
    run(capsys, tmp_path / "net.onnx", "--input", photo, "--annotate", tmp_path / "drawn.png")
    with Image.open(tmp_path / "drawn.png") as image:
        assert image.size == (128, 64)
        assert image.getpixel((20, 30)) == (0, 255, 255)


def test_boxes_lie_on_the_photo_whatever_lies_around_it(
    tmp_path: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "net.onnx").write_bytes(constants(NCHW, rows(made.rows8().T)))
    report = run(capsys, tmp_path / "net.onnx", "--input", photo)
    assert report["inputs"][0]["fed"] == "RGB, 0..1, letterboxed 32x64 in 64x64"
    assert report["answer"]["objects"][0]["box"] == pytest.approx([0, 0.125, 1, 0.625])


def test_python_asks_photos_images_and_sounds_likewise(tmp_path: Path, photo: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(constants(NCHW, rows(made.rows8().T)))
    with Session(tmp_path / "net.onnx", "reference") as session:
        by_file = vision.ask(session, photo)
        by_image = vision.ask(session, Image.open(photo))
        deep = vision.ask(session, Image.fromarray(np.full((48, 96), 40000, np.uint16)))
    assert by_file.answer == by_image.answer == deep.answer
    assert 0.5 < deep.fed.array.max() < 0.7
    (tmp_path / "loud.onnx").write_bytes(loudness(400))
    with wave.open(str(tmp_path / "x.wav"), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(np.full(400, 16384, "<i2").tobytes())
    with Session(tmp_path / "loud.onnx", "reference") as session:
        heard = vision.ask(session, tmp_path / "x.wav")
    assert isinstance(heard.answer, Classes)
    assert heard.image is None
    assert heard.answer.classes[0].score == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("alphabet", "text", "note"),
    [
        ("a\nb\nc\nd\n", "ab", ""),
        (
            "a\nb\n",
            "1 2",
            "x.txt has 2 characters, the network has 5 classes: it is another alphabet",
        ),
    ],
)
def test_an_alphabet_spells_or_is_said_to_be_another(
    tmp_path: Path, photo: Path, alphabet: str, text: str, note: str
) -> None:
    (tmp_path / "net.onnx").write_bytes(KINDS["text"][0]())
    (tmp_path / "x.txt").write_text(alphabet)
    with Session(tmp_path / "net.onnx", "reference") as session:
        found = vision.ask(session, photo, vision.Reading(labels=tmp_path / "x.txt"))
    assert isinstance(found.answer, Text)
    assert (found.answer.text, found.names.note) == (text, note)
