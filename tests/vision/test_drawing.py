# SPDX-License-Identifier: MIT
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from npucore.errors import InputError
from npucore.vision.classify import Classification
from npucore.vision.detect import Detection
from npucore.vision.drawing import annotate, colour, drawn, save_image, short
from npucore.vision.kinds import Answer, Classes, Mask, Objects, Picture, Segments, Tensors, Text
from npucore.vision.segment import ClassShare

GRAY = (100, 100, 100)


def photo(size: tuple[int, int] = (200, 100)) -> Image.Image:
    return Image.new("RGB", size, GRAY)


def one_object(*box: float) -> Objects:
    return Objects((Detection(3, 0.5, (box[0], box[1], box[2], box[3])),), 0.5)


def test_the_photo_itself_is_left_alone() -> None:
    image = photo()
    annotate(image, one_object(0.2, 0.2, 0.8, 0.8), {})
    assert image.getcolors() == [(200 * 100, GRAY)]


def test_a_box_has_the_colour_of_its_class() -> None:
    drawn = annotate(photo(), one_object(0.5, 0.25, 0.9, 0.75), {})
    assert drawn.getpixel((50, 70)) == colour(3)


def test_neighbouring_classes_have_different_colours() -> None:
    assert len({colour(index) for index in range(80)}) == 80


@pytest.mark.parametrize("size", [(1, 1), (10, 300), (3000, 20)], ids=str)
def test_a_name_fits_into_any_image(size: tuple[int, int]) -> None:
    drawn = annotate(photo(size), one_object(0.0, 0.9, 1.0, 1.0), {3: "a very long name"})
    assert drawn.size == size


def test_the_background_is_not_painted() -> None:
    classes = np.zeros((10, 20), np.int64)
    classes[:, 10:] = 5
    answer = Segments((ClassShare(0, 0.5), ClassShare(5, 0.5)), classes)
    drawn = annotate(photo(), answer, {})
    assert drawn.getpixel((20, 90)) == GRAY
    assert drawn.getpixel((180, 90)) != GRAY


@pytest.mark.parametrize(
    "answer",
    [
        Classes((Classification(3, 0.5),)),
        Classes(()),
        Objects((), 0.5),
        Tensors(()),
    ],
    ids=["classes", "no class", "no object", "tensors"],
)
def test_every_answer_can_be_drawn(answer: Answer) -> None:
    assert annotate(photo(), answer, {3: "cat"}).size == (200, 100)


def test_text_stands_below_the_line_that_it_was_read_from() -> None:
    drawn = annotate(photo(), Text("word", 0.9, True), {})
    assert drawn.width == 200
    assert np.array_equal(np.asarray(drawn)[:100], np.asarray(photo()))
    assert (np.asarray(drawn)[100:] != 255).any()


def test_a_network_s_own_image_gets_the_ratio_of_the_photo() -> None:
    made = Picture(Image.new("RGB", (64, 64), (9, 9, 9)), 0, 1)
    assert annotate(photo(), made, {}).size == (128, 64)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Objects((Detection(0, 1, (0, 0, 1, 1)),), 0.5), "the photo with 1 box"),
        (Mask(np.zeros((2, 2), np.float32), 0.0), "nothing to draw: an empty mask"),
        (Text("", 0, True), "nothing to draw: no text"),
        (Tensors(()), "nothing to draw: the outputs are of no known kind"),
    ],
)
def test_what_is_drawn_is_said(answer: Answer, said: str) -> None:
    assert drawn(answer).endswith(said)


def test_only_the_first_of_several_names_is_written() -> None:
    assert short(0, {0: "tench, Tinca tinca"}) == "tench"


@pytest.mark.parametrize(("suffix", "found"), [("png", "PNG"), ("JPG", "JPEG"), ("jpeg", "JPEG")])
def test_the_suffix_chooses_the_format(tmp_path: Path, suffix: str, found: str) -> None:
    save_image(photo(), tmp_path / f"x.{suffix}")
    with Image.open(tmp_path / f"x.{suffix}") as image:
        assert image.format == found


def test_another_suffix_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"end in \.png"):
        save_image(photo(), tmp_path / "x.txt")
