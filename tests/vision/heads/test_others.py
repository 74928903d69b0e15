# SPDX-License-Identifier: MIT
"""Key points, text, masks, pictures, sounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from npucore.tensor import Array
from npucore.vision.answer import interpret
from npucore.vision.heads.regions import regions, smallest_box
from npucore.vision.kinds import Answer, Classes, Mask, Objects, Picture, Segments, Tensors, Text
from tests.material.vision import made

PICTURE = (1, 32, 48, 3)


def read(outputs: Sequence[Array], shape: tuple[int, ...] = PICTURE, **options: Any) -> Answer:
    names = options.pop("names", ())
    return interpret(made.network(outputs, shape, names), outputs, **options)


def test_movenet_gives_one_person() -> None:
    points = np.full((1, 1, 17, 3), 0.5, np.float32)
    points[0, 0, 0] = (0.25, 0.75, 0.9)
    answer = read([points], (1, 192, 192, 3))
    assert isinstance(answer, Objects)
    nose = answer.objects[0].points[0]
    assert (nose.y, nose.x, round(nose.score, 2)) == (0.25, 0.75, 0.9)
    assert answer.point_names[0] == "nose"


def test_movenet_gives_up_to_six() -> None:
    rows = np.zeros((1, 6, 56), np.float32)
    rows[0, 2, :3], rows[0, 2, 51:] = (0.3, 0.4, 0.9), (0.1, 0.2, 0.5, 0.6, 0.8)
    answer = read([rows], (1, 256, 256, 3))
    assert isinstance(answer, Objects)
    (person,) = answer.objects
    assert person.box == pytest.approx((0.1, 0.2, 0.5, 0.6))
    assert person.score == pytest.approx(0.8)
    nose = person.points[0]
    assert (nose.y, nose.x, nose.score) == pytest.approx((0.3, 0.4, 0.9))


def test_blazepose_has_33_points_of_a_body() -> None:
    points = np.zeros((1, 195), np.float32)
    points[0, :5] = (64, 128, 0, 5, 5)
    answer = read([points, np.array([[0.9]], np.float32)], (1, 256, 512, 3))
    assert isinstance(answer, Objects)
    (body,) = answer.objects
    assert (len(body.points), body.points[0].x, body.points[0].y) == (33, 64 / 512, 128 / 256)
    assert answer.names == {0: "person"}


def steps(*numbers: int, classes: int = 5) -> made.Floats:
    rows = np.full((1, len(numbers), classes), 0.025, np.float32)
    rows[0, np.arange(len(numbers)), numbers] = 0.9
    return rows


LINE = (1, 3, 32, 96)


@pytest.mark.parametrize(
    ("numbers", "alphabet", "text"),
    [
        ((1, 1, 0, 1, 2, 0, 3, 0, 0, 0), "abcd", "aabc"),
        ((4, 0, 0, 4, 4, 1, 4, 4, 4, 4), "abcd", "ab"),
        ((1, 0, 4, 0, 2, 0, 0, 0, 0, 0), "abc", "a b"),
        ((1, 0, 2, 0, 0, 0, 0, 0, 0, 0), "_abcd", "ab"),
    ],
    ids=["blank first", "blank last", "space behind", "blank listed"],
)
def test_repeats_and_blanks_are_no_characters(
    numbers: tuple[int, ...], alphabet: str, text: str
) -> None:
    answer = read([steps(*numbers)], LINE, alphabet=list(alphabet))
    assert isinstance(answer, Text)
    assert (answer.text, answer.spelled) == (text, True)
    assert answer.score == pytest.approx(0.9)


def test_without_an_alphabet_characters_are_numbers() -> None:
    answer = read([np.log(steps(1, 0, 3, 0, 0, 0, 0, 0))], LINE)
    assert isinstance(answer, Text)
    assert (answer.text, answer.spelled) == ("1 3", False)
    assert answer.score == pytest.approx(0.9)


def test_a_sound_is_read_likewise() -> None:
    answer = read([steps(1, 0, 3, 0, 0, 0, 0, 0)], (1, 2560), alphabet=list("abcd"))
    assert isinstance(answer, Text)
    assert answer.text == "ac"


def test_text_lies_in_turned_boxes() -> None:
    image = Image.new("F", (96, 64), 0.0)
    ImageDraw.Draw(image).polygon([(10, 10), (50, 30), (46, 38), (6, 18)], fill=0.9)
    ImageDraw.Draw(image).rectangle((60, 40, 89, 47), fill=0.8)
    ImageDraw.Draw(image).point((90, 5), fill=0.9)
    scores = np.asarray(image)[np.newaxis, np.newaxis]
    graph = made.network([scores], (1, 3, 64, 96), ["sigmoid_0.tmp_0"])
    answer = interpret(graph, [scores])
    assert isinstance(answer, Objects)
    first, second = answer.objects
    grown = 1.5 * 30 * 8 / (2 * 38)
    wanted = ((40 - grown) / 64, (60 - grown) / 96, (48 + grown) / 64, (90 + grown) / 96)
    assert second.box == pytest.approx(wanted, abs=1e-6)
    (y0, x0), (y1, x1) = first.corners[:2]
    assert np.degrees(np.arctan2((y1 - y0) * 64, (x1 - x0) * 96)) == pytest.approx(26.6, abs=3)


def test_regions_touch_over_corners() -> None:
    there = np.array([[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 0, 1], [1, 1, 0, 1]], bool)
    assert [len(region) for region in regions(there)] == [3, 2, 2]


def test_the_smallest_box_around_a_level_one_is_level() -> None:
    pixels = np.argwhere(np.ones((3, 8), bool)) + np.array([5, 10])
    assert smallest_box(pixels).min(axis=0).tolist() == pytest.approx([5, 10])
    assert smallest_box(pixels).max(axis=0).tolist() == pytest.approx([8, 18])


@pytest.mark.parametrize("shape", [(1, 32, 48, 1), (1, 1, 32, 48), (1, 32, 48)], ids=str)
def test_one_channel_is_a_mask(shape: tuple[int, ...]) -> None:
    values = np.zeros((32, 48), np.float32)
    values[:16] = 0.9
    answer = read([values.reshape(shape)])
    assert isinstance(answer, Mask)
    assert (answer.share, answer.map.shape) == (0.5, (32, 48))


def test_one_channel_beyond_scores_is_depth() -> None:
    values = np.linspace(3, 20, 32 * 48, dtype=np.float32).reshape(1, 32, 48)
    answer = read([values])
    assert isinstance(answer, Picture)
    assert answer.image.getpixel((0, 0)) == 0
    assert answer.image.getpixel((47, 31)) == 255


def test_logits_are_a_mask_if_somebody_says_so() -> None:
    values = np.full((1, 32, 48, 1), 3, np.float32)
    assert isinstance(read([values], task="mask"), Mask)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-1.0, 1.0), (0.0, 255.0)])
@pytest.mark.parametrize("first", [True, False], ids=["nchw", "nhwc"])
def test_three_channels_are_an_image(low: float, high: float, first: bool) -> None:
    pixels = made.rng().integers(0, 256, (64, 96, 3)).astype(np.float32)
    pixels[0, 0], pixels[0, 1] = 0, 255
    values = (pixels / 255 * (high - low) + low).astype(np.float32)[np.newaxis]
    answer = read([values.transpose(0, 3, 1, 2) if first else values])
    assert isinstance(answer, Picture)
    assert np.array_equal(np.asarray(answer.image), pixels.astype(np.uint8))


def test_three_scores_that_add_up_are_classes_of_pixels() -> None:
    values = np.zeros((1, 32, 48, 3), np.float32)
    values[..., 1] = 1
    answer = read([values])
    assert isinstance(answer, Segments)
    assert [(s.index, s.share) for s in answer.shares] == [(1, 1.0)]


def test_a_network_of_brightness_keeps_the_colours() -> None:
    photo = Image.new("RGB", (8, 8), (200, 30, 30))
    gray = np.asarray(photo.convert("L")).astype(np.float32)[np.newaxis, np.newaxis] / 255
    enlarged = gray.repeat(3, axis=2).repeat(3, axis=3)
    answer = read([enlarged], (1, 1, 8, 8), image=photo)
    assert isinstance(answer, Picture)
    assert answer.image.size == (24, 24)
    assert np.abs(np.array(answer.image.getpixel((12, 12))) - (200, 30, 30)).max() <= 3


@pytest.mark.parametrize(
    "shape", [(1, 32, 48, 5), (1, 5, 32, 48), (1, 4, 6, 5), (1, 5, 4, 6)], ids=str
)
def test_scores_of_every_pixel_choose_its_class(shape: tuple[int, ...]) -> None:
    values = np.zeros(shape, np.float32)
    values[(0, ..., 3) if shape[3] == 5 else (0, 3)] = 1
    answer = read([values])
    assert isinstance(answer, Segments)
    assert [s.index for s in answer.shares] == [3]
    assert answer.total == 5


def test_the_ratio_of_the_sides_tells_rows_and_columns_from_channels() -> None:
    values = np.zeros((1, 32, 48, 32), np.float32)
    values[..., 3] = 1
    answer = read([values])
    assert isinstance(answer, Segments)
    assert answer.map.shape == (32, 48)
    assert [s.index for s in answer.shares] == [3]


def test_pieces_of_a_sound_are_averaged() -> None:
    scores = np.zeros((3, 521), np.float32)
    scores[:, 7], scores[0, 9] = 0.6, 0.9
    outputs = [scores, np.zeros((3, 1024), np.float32), np.zeros((144, 64), np.float32)]
    names = ("scores", "embeddings", "log_mel")
    answer = read(outputs, (15600,), names=names)
    assert isinstance(answer, Classes)
    assert [c.index for c in answer.classes[:2]] == [7, 9]


def test_one_score_is_that_of_one_class() -> None:
    answer = read([np.array([[0.75]], np.float32)], (1, 3, 40))
    assert isinstance(answer, Classes)
    assert answer.classes[0].score == 0.75


def test_an_unknown_head_says_what_it_looks_like() -> None:
    answer = read([np.zeros((1, 1200, 85), np.float32)], (1, 640, 640, 3))
    assert isinstance(answer, Tensors)
    assert "1200 boxes of 85 values" in answer.hint
    assert "--head" in answer.hint
