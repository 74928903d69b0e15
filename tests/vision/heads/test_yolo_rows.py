# SPDX-License-Identifier: MIT
"""YOLO heads that give a row for every cell or anchor, decoded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.errors import InputError
from npucore.vision import heads
from npucore.vision.answer import interpret
from npucore.vision.boxes import overlaps
from npucore.vision.feeding.feed import Resize
from npucore.vision.feeding.ranges import UNIT
from npucore.vision.kinds import Objects
from tests.material.vision import made
from tests.material.vision.made import BOX, HEIGHT, INDEX, PIXELS, SCORE, WIDTH

NCHW, NHWC = (1, 3, HEIGHT, WIDTH), (1, HEIGHT, WIDTH, 3)


def found(output: made.Floats, **options: Any) -> Objects:
    answer = interpret(made.network([output], **options), [output])
    assert isinstance(answer, Objects), answer
    return answer


def is_the_object(answer: Objects) -> bool:
    (one,) = answer.objects
    right = (one.index, round(one.score, 4)) == (INDEX, SCORE)
    return right and np.allclose(one.box, np.array(BOX) / PIXELS, atol=1e-4)


@pytest.mark.parametrize("image", [NHWC, NCHW], ids=["nhwc", "nchw"])
@pytest.mark.parametrize("relative", [False, True], ids=["pixels", "relative"])
@pytest.mark.parametrize("form", ["centres", "corners"])
@pytest.mark.parametrize("last", [True, False], ids=["cells-last", "cells-first"])
def test_a_row_for_every_cell(
    image: tuple[int, ...], relative: bool, form: str, last: bool
) -> None:
    rows = made.rows8(form, relative)
    output = (rows.T if last else rows)[np.newaxis]
    options: dict[str, Any] = {} if last else {"properties": {"names": "{0: 'a', 1: 'b', 2: 'c'}"}}
    graph = made.network([output], image, **options)
    answer = interpret(graph, [output], classes=3)
    assert isinstance(answer, Objects)
    assert is_the_object(answer)


def test_the_head_of_yolov10_in_bytes_is_one_of_corners() -> None:
    rows = made.rows8("corners", relative=True)
    scale = float(rows.max()) / 255
    stored = np.rint(rows.T[np.newaxis] / scale).clip(0).astype(np.uint8)
    answer = interpret(made.network([stored], scale=scale), [stored])
    assert isinstance(answer, Objects)
    (one,) = answer.objects
    assert np.abs(np.array(one.box) * PIXELS - BOX).max() <= WIDTH / 255


def with_objectness(values: made.Floats, sure: made.Floats) -> made.Floats:
    return np.concatenate([values[:, :4], sure[:, None], values[:, 4:]], axis=1)[np.newaxis]


def test_a_row_for_every_anchor_has_an_objectness() -> None:
    rows = np.repeat(made.rows8(), 3, axis=0)
    sure = np.zeros(len(rows), np.float32)
    sure[3 * made.middle() + 1] = 1.0
    assert is_the_object(found(with_objectness(rows, sure)))


def test_yolov6_is_sure_of_every_box() -> None:
    rows = made.rows8()
    assert is_the_object(found(with_objectness(rows, np.ones(len(rows), np.float32))))


def test_yolox_of_one_class_has_no_angle() -> None:
    """Its class is sure of every cell, whatever its objectness: no score is so."""
    rows = with_offsets(made.rows8())[:, :4]
    sure = np.full((len(rows), 2), 0.01, np.float32)
    sure[made.middle(), 0], sure[:, 1] = SCORE, made.rng().uniform(0.99, 1, len(rows))
    sure[made.middle(), 1] = 1
    answer = found(np.concatenate([rows, sure], axis=1)[np.newaxis])
    assert answer.head == "yolox"
    (one,) = answer.objects
    assert (one.index, round(one.score, 4)) == (0, SCORE)
    assert np.allclose(one.box, np.array(BOX) / PIXELS, atol=1e-4)


def with_offsets(rows: made.Floats) -> made.Floats:
    """Centres and sizes as offsets from the cells' corners and logarithms, in strides."""
    y, x, stride = np.array(made.cells(offset=0), np.float32).T
    rows[:, 0], rows[:, 1] = (rows[:, 0] - x) / stride, (rows[:, 1] - y) / stride
    rows[:, 2:4] = np.log(rows[:, 2:4] / stride[:, None])
    return rows


def test_yolox_of_coco_is_not_fed_as_nanodet() -> None:
    """Before any numbers are seen: 85 columns may be 53 classes of NanoDet, too."""
    output = np.zeros((1, len(made.cells()), 85), np.float32)
    fed = heads.hint(made.network([output]))
    assert (fed.resize, fed.range) == (Resize.LETTERBOX, UNIT)
    others = np.zeros((1, len(made.cells()), 32 + 80), np.float32)
    assert heads.hint(made.network([others])).bgr
    assert heads.hint(made.network([output]), head="nanodet").bgr


def test_yolox_counts_from_its_cells() -> None:
    rows = with_offsets(made.rows8())
    sure = np.full(len(rows), 0.01, np.float32)
    sure[made.middle()] = 1.0
    assert is_the_object(found(with_objectness(rows, sure)))


# RangiLyu/nanodet counts from middles in ``gfl_head.py`` (``arange + 0.5``), from corners in
# ``nanodet_plus_head.py`` (``get_single_level_center_priors``).
@pytest.mark.parametrize(
    ("strides", "offset"), [((8, 16, 32), 0.5), ((8, 16, 32, 64), 0)], ids=["nanodet", "plus"]
)
def test_nanodet_has_distributions_of_distances(strides: tuple[int, ...], offset: float) -> None:
    y, x, stride = np.array(made.cells(strides, offset), np.float32).T
    ymin, xmin, ymax, xmax = np.array(made.boxes(strides), np.float32).T
    distances = np.stack([x - xmin, y - ymin, xmax - x, ymax - y], axis=1) / stride[:, None]
    bins = made.bins(distances, 8)
    output = np.concatenate([made.scores(len(y)), bins], axis=1)[np.newaxis]
    assert is_the_object(found(output))


@pytest.mark.parametrize("task", [None, "pose"])
def test_a_pose_is_no_row_of_scores(task: str | None) -> None:
    rows = made.rows8()[:, :4]
    sure = made.scores(len(rows), 1 + INDEX)[:, INDEX:]
    points = np.tile(np.array(made.cells(), np.float32)[:, [1, 0, 1]], (1, 17))
    points[:, 2::3] = 0.8
    output = np.concatenate([rows, sure, points], axis=1).T[np.newaxis]
    told = {} if task is None else {"task": "pose", "kpt_shape": "[17, 3]"}
    answer = found(output, properties=told)
    (one,) = answer.objects
    assert one.score == pytest.approx(SCORE)
    assert answer.point_names[0] == "nose"
    assert (one.points[0].y, one.points[0].x) == pytest.approx((36 / HEIGHT, 28 / WIDTH))
    assert one.points[0].score == pytest.approx(0.8)


UNITS = pytest.mark.parametrize(
    "unit", [np.float32(1), made.PIXELS[[1, 0, 1, 0]]], ids=["pixels", "relative"]
)


@UNITS
def test_a_turned_box_has_four_corners(unit: made.Floats) -> None:
    rows = made.rows8()
    rows[made.middle(), :4] = (32, 32, 20, 10)
    rows[:, :4] /= unit
    angles = made.rng().uniform(-0.7, 2.3, (len(rows), 1)).astype(np.float32)
    angles[made.middle()] = np.pi / 2
    output = np.concatenate([rows, angles], axis=1).T[np.newaxis]
    (one,) = found(output).objects
    assert one.index == INDEX
    assert np.array(one.box) * PIXELS == pytest.approx([22, 27, 42, 37], abs=1e-3)
    assert {(round(y * HEIGHT), round(x * WIDTH)) for y, x in one.corners} == {
        (22, 27),
        (22, 37),
        (42, 27),
        (42, 37),
    }


def test_turned_boxes_side_by_side_both_stay() -> None:
    rows = made.rows8()
    rows[made.middle(), :4] = (26, 32, 40, 4)
    other = made.middle() + 2
    rows[other, :4] = (38, 32, 40, 4)
    rows[other, 4 + INDEX] = 0.8
    angles = np.full((len(rows), 1), np.pi / 4, np.float32)
    angles[0] = -0.5
    output = np.concatenate([rows, angles], axis=1).T[np.newaxis]
    assert [o.score for o in found(output).objects] == pytest.approx([0.9, 0.8])


def test_a_mask_lies_inside_its_box() -> None:
    rows = made.rows8()
    weights = np.zeros((len(rows), 4), np.float32)
    weights[made.middle(), 1] = 1.0
    planes = np.full((1, 16, 24, 4), -5, np.float32)
    planes[0, :, :8, 1] = 5
    output = np.concatenate([rows, weights], axis=1).T[np.newaxis]
    answer = interpret(made.network([output, planes]), [output, planes])
    assert isinstance(answer, Objects)
    (one,) = answer.objects
    assert one.mask is not None
    there = np.zeros((16, 24), bool)
    there[4:12, 2:8] = True
    assert np.array_equal(one.mask, there)


def test_overlapping_boxes_of_a_class_leave_the_best() -> None:
    rows = made.rows8()
    rows[made.middle() + 1] = rows[made.middle()]
    rows[made.middle() + 1, 4 + INDEX] = 0.5
    assert is_the_object(found(rows.T[np.newaxis]))


def test_overlapping_boxes_of_two_classes_stay() -> None:
    rows = made.rows8()
    rows[made.middle() + 1] = rows[made.middle()]
    rows[made.middle() + 1, 4:] = (0.75, 0, 0)
    assert [o.index for o in found(rows.T[np.newaxis]).objects] == [INDEX, 0]


def test_scores_below_the_threshold_are_nothing() -> None:
    output = made.rows8().T[np.newaxis]
    assert interpret(made.network([output]), [output], threshold=0.95) == Objects((), 0.95)


@pytest.mark.parametrize(
    ("shape", "image"),
    [((1, 7, 129), NHWC), ((2, 7, 126), NHWC), ((1, 7, 126), (1, 640))],
    ids=str,
)
def test_other_outputs_are_no_rows_of_cells(shape: tuple[int, ...], image: tuple[int, ...]) -> None:
    graph = made.network([np.zeros(shape, np.float32)], image)
    assert "yolo8" not in [head.name for head in heads.chosen(graph)]


def test_a_named_head_reads_what_it_would_not_by_itself() -> None:
    rows = made.rows8()
    sure = np.ones((len(rows), 1), np.float32)
    output = np.concatenate([rows[:, :4], sure, rows[:, 4:]], axis=1)[np.newaxis]
    graph = made.network([output])
    answer = interpret(graph, [output], head="yolo8", threshold=0.5)
    assert isinstance(answer, Objects)
    assert answer.total == 4


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"head": "yolo99"}, "no such head"),
        ({"task": "dance"}, "wanted classify"),
        ({"head": "movenet"}, "do not fit it"),
        ({"task": "text"}, "do not fit it"),
    ],
)
def test_a_name_that_does_not_fit_is_an_error(wanted: dict[str, str], message: str) -> None:
    output = made.rows8().T[np.newaxis]
    with pytest.raises(InputError, match=message):
        interpret(made.network([output]), [output], **wanted)  # type: ignore[arg-type]


def test_an_empty_box_overlaps_nothing() -> None:
    nothing = np.zeros(4, np.float32)
    assert overlaps(nothing, nothing[np.newaxis]).tolist() == [0.0]


def test_a_few_classes_may_all_be_likely() -> None:
    rows = np.concatenate([made.rows8()[:, :4], made.scores(126, 5)], axis=1)
    rows[made.middle(), 4:] = (0.2, 0.3, SCORE, 0.2, 0.3)
    assert is_the_object(found(rows.T[np.newaxis]))


def test_relative_key_points_of_one_row_are_no_scores() -> None:
    rows = np.zeros((126, 56), np.float32)
    rows[made.middle()] = [0.4, 0.5, 0.5, 0.5, SCORE, *[0.4, 0.5, 0.8] * 17]
    (one,) = found(rows.T[np.newaxis]).objects
    assert len(one.points) == 17
