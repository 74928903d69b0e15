# SPDX-License-Identifier: MIT
"""YOLO heads that finish: rows of a box, a score and a class, of poses, turned boxes and masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.errors import InputError
from npucore.tensor import Array
from npucore.vision import heads
from npucore.vision.answer import interpret
from npucore.vision.kinds import Objects
from tests.material.vision import made
from tests.material.vision.made import INDEX, PIXELS, SCORE
from tests.vision.heads.test_yolo_rows import NCHW, UNITS, found, is_the_object

FINISHED = {
    "yolov10": [8, 17, 44, 47, SCORE, INDEX],
    "class before score": [8, 17, 44, 47, INDEX, SCORE],
    "paddle": [INDEX, SCORE, 8, 17, 44, 47],
    "yolov7": [0, 8, 17, 44, 47, INDEX, SCORE],
    "detections": [0, 17, 8, 47, 44, SCORE, INDEX],
    "yolo-nas": [0, 8, 17, 44, 47, SCORE, INDEX],
    "centres": [26, 32, 36, 30, SCORE, INDEX],
}


@pytest.mark.parametrize("kind", FINISHED)
def test_the_numbers_tell_which_column_is_which(kind: str) -> None:
    rows = np.zeros((29, len(FINISHED[kind])), np.float32)
    rows[0] = FINISHED[kind]
    rows[1] = rows[0]
    rows[1, FINISHED[kind].index(SCORE)] = 0.125
    assert is_the_object(found(rows[np.newaxis], names=[kind]))


def test_finished_rows_may_be_poses() -> None:
    rows = np.zeros((29, 6 + 51), np.float32)
    rows[0, :6] = [8, 17, 44, 47, SCORE, 0]
    rows[0, 6:] = np.tile([24, 32, 0.7], 17)
    (one,) = found(rows[np.newaxis]).objects
    assert one.points[16].y == 0.5
    assert (one.points[16].x, round(one.points[16].score, 2)) == (0.25, 0.7)


@UNITS
def test_finished_rows_may_be_turned(unit: made.Floats) -> None:
    rows = np.zeros((29, 7), np.float32)
    rows[0] = [32, 32, 20, 10, SCORE, INDEX, np.pi / 2]
    rows[0, :4] /= unit
    (one,) = found(rows[np.newaxis]).objects
    assert len(one.corners) == 4
    assert np.array(one.box) * PIXELS == pytest.approx([22, 27, 42, 37], abs=1e-4)


NO_CLASSES = np.tile(np.array([8, 17, 44, 47, SCORE, 2.5], np.float32), (1, 29, 1))


@pytest.mark.parametrize(
    "output",
    [np.zeros((1, 197, 768), np.float32), np.zeros((1, 57, 57), np.int64)],
    ids=["tokens of a transformer", "a map of classes"],
)
def test_other_rows_are_none_of_a_detector(output: Array) -> None:
    assert "yolo10" not in [head.name for head in heads.chosen(made.network([output]))]


def test_a_class_is_a_whole_number() -> None:
    assert interpret(made.network([NO_CLASSES]), [NO_CLASSES]).kind == "tensors"


@pytest.mark.parametrize("wanted", [{"head": "yolo10"}, {"head": "yolo10", "task": "detect"}])
def test_a_named_head_that_the_numbers_contradict_is_an_error(wanted: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"^--head yolo10: the outputs' numbers are none of such"):
        interpret(made.network([NO_CLASSES]), [NO_CLASSES], **wanted)


def test_a_named_task_that_the_numbers_contradict_is_an_error() -> None:
    with pytest.raises(InputError, match=r"^--task detect: the outputs' numbers are none of such"):
        interpret(made.network([NO_CLASSES]), [NO_CLASSES], task="detect")


def test_a_class_out_of_many_says_that_a_column_is_no_score() -> None:
    rows = np.array([[8, 17, 44, 47, 0.9, 61], [8, 17, 44, 47, 0.1, 3]], np.float32)
    (one,) = found(rows[np.newaxis]).objects
    assert one.index == 61
    assert one.score == pytest.approx(0.9)


def test_finished_rows_have_masks_too() -> None:
    rows = np.zeros((1, 29, 6 + 4), np.float32)
    rows[0, 0] = [8, 17, 44, 47, SCORE, INDEX, 0, 1, 0, 0]
    planes = np.full((1, 4, 16, 24), 5, np.float32)
    answer = interpret(made.network([rows, planes], NCHW), [rows, planes])
    assert isinstance(answer, Objects)
    assert is_the_object(answer)
    assert answer.objects[0].mask is not None
    assert answer.objects[0].mask.sum() == 8 * 9
