# SPDX-License-Identifier: MIT
"""A photo or a sound through a network of every kind, from the file to the drawing.

The photo is red on the left and blue on the right, 96 columns and 48 rows.
"""

from __future__ import annotations

import json
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("onnx", reason="the writer of networks, onnx, is not installed")

from npucore import Session, vision
from npucore.cli import main
from npucore.vision.kinds import Classes, Text
from tests.material.vision import made, networks
from tests.material.vision.made import INDEX
from tests.vision.heads import test_others

RED, BLUE = (255, 0, 0), (0, 0, 255)
Reply = dict[str, Any]


def one_object(answer: Reply) -> bool:
    return bool(answer["kind"] == "detection" and len(answer["objects"]) == 1)


def of_class(number: int) -> Callable[[Reply], bool]:
    return lambda answer: one_object(answer) and answer["objects"][0]["index"] == number


def points(count: int) -> Callable[[Reply], bool]:
    return lambda answer: one_object(answer) and len(answer["objects"][0]["points"]) == count


def shares(answer: Reply) -> bool:
    found = {part["index"]: part["share"] for part in answer["classes"]}
    return bool(abs(found[2] - 0.5) < 0.05 and abs(found[4] - 0.5) < 0.05)


KINDS: dict[str, tuple[Callable[[], bytes], Callable[[Reply], bool], str]] = {
    "yolov8": (
        lambda: networks.constants(networks.NCHW, networks.rows(made.rows8().T)),
        of_class(INDEX),
        "1 box",
    ),
    "yolov8, nhwc": (
        lambda: networks.constants(networks.NHWC, networks.rows(made.rows8().T)),
        of_class(INDEX),
        "1 box",
    ),
    "yolov10": (
        lambda: networks.constants(networks.NCHW, networks.rows(made.rows8("corners", True).T)),
        of_class(INDEX),
        "1 box",
    ),
    "yolov10, end to end": (
        lambda: networks.constants(
            networks.NCHW, networks.rows(np.array([[8, 17, 44, 47, 0.9, 7]] + [[0] * 6] * 28))
        ),
        of_class(7),
        "1 box",
    ),
    "yolov5": (
        lambda: networks.constants(networks.NCHW, networks.rows(networks.anchored())),
        of_class(INDEX),
        "1 box",
    ),
    "yolov5 maps": (
        lambda: networks.constants(networks.NCHW, networks.v5_maps()),
        of_class(INDEX),
        "1 box",
    ),
    "yolov8 maps": (
        lambda: networks.constants(networks.NCHW, networks.v8_maps()),
        of_class(INDEX),
        "1 box",
    ),
    "yolo pose": (
        lambda: networks.constants(networks.NCHW, networks.rows(networks.pose())),
        points(17),
        "1 box and 17 key points",
    ),
    "yolo obb": (
        lambda: networks.constants(networks.NCHW, networks.rows(networks.turned())),
        lambda answer: len(answer["objects"][0]["corners"]) == 4,
        "1 box",
    ),
    "yolo masks": (
        lambda: networks.constants(networks.NCHW, networks.masks()),
        lambda answer: answer["objects"][0]["mask_share"] > 0.2,
        "1 box and 1 mask",
    ),
    "blazeface": (
        lambda: networks.constants((1, 128, 128, 3), networks.blazeface()),
        points(6),
        "6 key points",
    ),
    "ultraface": (
        lambda: networks.constants(networks.NCHW, networks.ultraface()),
        of_class(0),
        "1 box",
    ),
    "detr": (lambda: networks.constants(networks.NCHW, networks.detr()), of_class(17), "1 box"),
    "finished": (
        lambda: networks.constants(networks.NCHW, networks.finished()),
        of_class(17),
        "1 box",
    ),
    "movenet": (
        lambda: networks.constants(networks.NHWC, networks.movenet()),
        points(17),
        "17 key points",
    ),
    "hand": (
        lambda: networks.constants(networks.NHWC, networks.landmarks()),
        points(21),
        "21 key points",
    ),
    "text": (
        lambda: networks.constants(
            (1, 3, 32, 96), {"y": test_others.steps(1, 0, 2, 0, 0, 0, 0, 0)}
        ),
        lambda answer: answer["text"] == "1 2",
        "its text",
    ),
    "text boxes": (
        lambda: networks.constants(networks.NCHW, {"sigmoid_0.tmp_0": networks.text_map()}),
        of_class(0),
        "1 box",
    ),
    "mask": (networks.red_mask, lambda answer: abs(answer["share"] - 0.5) < 0.05, "a mask over"),
    "segments": (networks.segments, shares, "2 classes"),
    "super-resolution": (
        networks.enlarged,
        lambda a: (a["width_pixels"], a["height_pixels"]) == (192, 128),
        "the image",
    ),
    "style": (networks.negative, lambda answer: answer["kind"] == "picture", "the image"),
    "classes": (
        networks.classes,
        lambda answer: answer["kind"] == "classification",
        "the best class",
    ),
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


@pytest.mark.parametrize(
    ("kind", "head", "others"),
    [
        ("yolov5 maps", "yolo5-maps", ["yolo7-maps", "yolo3-maps", "yolo8-maps"]),
        ("yolov8 maps", "yolo8-maps", []),
        ("classes", "classes", []),
    ],
)
def test_the_answer_says_which_head_has_read_it(
    tmp_path: Path,
    photo: Path,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    head: str,
    others: list[str],
) -> None:
    (tmp_path / "net.onnx").write_bytes(KINDS[kind][0]())
    words = [str(tmp_path / "net.onnx"), "--input", str(photo)]
    answer = run(capsys, *words)["answer"]
    assert (answer["head"], answer["other_heads"]) == (head, others)
    for more in ([], ["--each", "--backend", "rocket,reference"]):
        assert main(["run", *words, *more]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines.count(f"read as: {head} (--head says otherwise)") == bool(others)
    assert main(["run", *words, "--head", head]) == 0
    assert "read as" not in capsys.readouterr().out


def test_a_sound_has_classes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.onnx").write_bytes(networks.loudness())
    np.save(tmp_path / "x.npy", np.ones((1, 160), networks.FLOAT))
    report = run(capsys, tmp_path / "net.onnx", "--input", tmp_path / "x.npy")
    assert report["answer"]["classes"][0]["index"] == 1


def test_nothing_to_draw_is_said(
    tmp_path: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "net.onnx").write_bytes(
        networks.constants(networks.NCHW, networks.rows(made.rows8().T))
    )
    words = ["run", tmp_path / "net.onnx", "--input", photo, "--annotate", tmp_path / "drawn.png"]
    assert main([*map(str, words), "--threshold", "0.99"]) == 0
    out = capsys.readouterr().out
    assert "drawn.png: the photo alone, there was nothing to draw: no object with a score" in out


def test_a_negative_comes_out_as_the_photos_negative(
    tmp_path: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "net.onnx").write_bytes(networks.negative())
    run(capsys, tmp_path / "net.onnx", "--input", photo, "--annotate", tmp_path / "drawn.png")
    with Image.open(tmp_path / "drawn.png") as image:
        assert image.size == (128, 64)
        assert image.getpixel((20, 30)) == (0, 255, 255)


def test_boxes_lie_on_the_photo_whatever_lies_around_it(
    tmp_path: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "net.onnx").write_bytes(
        networks.constants(networks.NCHW, networks.rows(made.rows8().T))
    )
    report = run(capsys, tmp_path / "net.onnx", "--input", photo)
    assert report["inputs"][0]["fed"].startswith("RGB, 0..1, letterboxed 48x96 in 64x96 (assumed")
    assert report["answer"]["objects"][0]["box"] == pytest.approx(
        [(17 - 8) / 48, 8 / 96, (47 - 8) / 48, 44 / 96]
    )


def test_python_asks_photos_images_and_sounds_likewise(tmp_path: Path, photo: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(
        networks.constants(networks.NCHW, networks.rows(made.rows8().T))
    )
    with Session(tmp_path / "net.onnx", "reference") as session:
        by_file = vision.ask(session, photo)
        by_image = vision.ask(session, Image.open(photo))
        deep = vision.ask(session, Image.fromarray(np.full((48, 96), 40000, np.uint16)))
    assert by_file.answer == by_image.answer == deep.answer
    assert 0.5 < deep.fed.array.max() < 0.7
    (tmp_path / "loud.onnx").write_bytes(networks.loudness(400))
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
