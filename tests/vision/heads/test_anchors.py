# SPDX-License-Identifier: MIT
"""Detectors of boxes and scores apart: SSD and its kin, MediaPipe's, DETR, and finished ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from npucore.tensor import Array
from npucore.vision import heads
from npucore.vision.answer import interpret
from npucore.vision.kinds import Objects
from tests.material.vision import made

BOX = (0.25, 0.125, 0.75, 0.625)
PICTURE = (1, 320, 480, 3)  # no square, so that a swap of height and width shows
NCHW = (1, 3, 320, 480)
X_FIRST = np.array([480, 320, 480, 320], np.float32)  # pixels of x, y, x and y


def found(outputs: Sequence[Array], image: tuple[int, ...] = PICTURE, **options: Any) -> Objects:
    answer = interpret(made.network(outputs, image, **options), outputs)
    assert isinstance(answer, Objects), answer
    return answer


def is_the_object(answer: Objects, index: int) -> bool:
    (one,) = answer.objects
    right = (one.index, round(one.score, 2)) == (index, 0.9)
    return right and np.allclose(one.box, BOX, atol=1e-4)


def sure(rows: int, classes: int, at: int, index: int) -> made.Floats:
    scores = np.random.default_rng(0).uniform(0, 0.05, (1, rows, classes)).astype(np.float32)
    scores[0, at, index] = 0.9
    return scores


@pytest.mark.parametrize(
    "unit", [np.float32(1), np.array([320, 240, 320, 240], np.float32)], ids=["relative", "pixels"]
)
def test_ultraface_gives_corners_and_a_background(unit: Array) -> None:
    rng = np.random.default_rng(0)
    low = rng.uniform(0, 0.5, (1, 4420, 2))
    boxes = np.concatenate([low, low + rng.uniform(0.05, 0.4, low.shape)], axis=2)
    boxes[0, 7] = (BOX[1], BOX[0], BOX[3], BOX[2])
    answer = found([sure(4420, 2, 7, 1), boxes.astype(np.float32) * unit], (1, 3, 240, 320))
    assert is_the_object(answer, 0)
    assert answer.names == {0: "face"}


def encoded(anchor: Sequence[float], scale: tuple[float, float]) -> list[float]:
    """*BOX* as offsets from an anchor of centre y and x, height and width."""
    ymin, xmin, ymax, xmax = BOX
    y, x, h, w = anchor
    middle = [((ymin + ymax) / 2 - y) / h * scale[0], ((xmin + xmax) / 2 - x) / w * scale[0]]
    return [*middle, np.log((ymax - ymin) / h) * scale[1], np.log((xmax - xmin) / w) * scale[1]]


def test_a_raw_ssd_counts_from_its_anchors() -> None:
    # Cell (5, 3) of the second layer, 10 x 15 cells: scale 0.35 of the shorter side, 320 pixels.
    # Its second anchor is twice as wide as high, the fourth thrice. Source: tensorflow/models,
    # ``object_detection/anchor_generators/multiple_grid_anchor_generator.py``.
    count = 20 * 30 * 3 + 6 * (10 * 15 + 5 * 8 + 3 * 4 + 2 * 2 + 1)
    first = 20 * 30 * 3 + (5 * 15 + 3) * 6
    for place, ratio in ((1, 2), (2, 1 / 2), (3, 3), (4, 1 / 3)):
        boxes = np.random.default_rng(0).normal(size=(1, count, 4)).astype(np.float32)
        height, width = 0.35 * 320 / np.sqrt(ratio), 0.35 * 320 * np.sqrt(ratio)
        anchor = (5.5 / 10, 3.5 / 15, height / 320, width / 480)
        boxes[0, first + place] = encoded(anchor, (10, 5))
        scores = made.logit(sure(count, 91, first + place, 18))
        assert is_the_object(found([boxes, scores]), 17)


# Of width to height, in this order at every scale. Source: google/automl,
# ``efficientdet/hparams_config.py``: ``aspect_ratios``, ``num_scales`` 3 and ``anchor_scale`` 4.
ASPECTS = (1.0, 2.0, 0.5)


def sides(ratio: float) -> tuple[float, float]:
    """Height and width in pixels of EfficientDet's anchor at stride 16, second octave of three."""
    side = 4 * 16 * 2 ** (1 / 3)
    return side / np.sqrt(ratio), side * np.sqrt(ratio)


def test_a_raw_efficientdet_counts_from_its_own() -> None:
    count = 9 * (64 * 80 + 32 * 40 + 16 * 20 + 8 * 10 + 4 * 5)
    number = 9 * (64 * 80 + 5 * 40 + 7) + 3  # stride 16, cell (5, 7), the second octave, a square
    for place, ratio in enumerate(ASPECTS):
        height, width = sides(ratio)
        boxes = np.random.default_rng(0).normal(size=(1, count, 4)).astype(np.float32)
        anchor = (5.5 * 16 / 512, 7.5 * 16 / 640, height / 512, width / 640)
        boxes[0, number + place] = encoded(anchor, (1, 1))
        scores = made.logit(sure(count, 90, number + place, 17))
        assert is_the_object(found([scores, boxes], (1, 512, 640, 3)), 17)


def test_efficientdet_may_give_maps() -> None:
    outputs: list[Array] = []
    for stride in (8, 16, 32, 64, 128):
        shape = (1, 128 // stride, 256 // stride)
        outputs.append(np.full((*shape, 9 * 5), -7, np.float32))
        outputs.append(np.random.default_rng(0).normal(size=(*shape, 36)).astype(np.float32))
    height, width = sides(ASPECTS[1])
    anchor = (5.5 * 16 / 128, 2.5 * 16 / 256, height / 128, width / 256)
    outputs[3][0, 5, 2, 16:20] = encoded(anchor, (1, 1))
    outputs[2][0, 5, 2, 4 * 5 + 4] = made.logit(0.9)
    assert is_the_object(found(outputs, (1, 128, 256, 3)), 4)


@pytest.mark.parametrize(("points", "name"), [(6, "face"), (7, "palm"), (4, "person")])
def test_mediapipes_detectors_have_key_points(points: int, name: str) -> None:
    height, count = {6: (128, 1344), 7: (192, 2688), 4: (224, 2898)}[points]
    width = height + 64
    rows = np.random.default_rng(0).normal(size=(1, count, 4 + 2 * points)).astype(np.float32)
    columns = width // 8
    number = (2 * columns + 3) * 2 + 1  # the second anchor of cell (2, 3) of stride 8
    y, x = 2.5 * 8, 3.5 * 8
    ymin, xmin, ymax, xmax = np.array(BOX) * (height, width, height, width)
    rows[0, number, :4] = [(xmin + xmax) / 2 - x, (ymin + ymax) / 2 - y, xmax - xmin, ymax - ymin]
    rows[0, number, 4:6] = (0.5 * width - x, 0.25 * height - y)
    scores = made.logit(sure(count, 1, number, 0))
    answer = found([rows, scores], (1, height, width, 3))
    assert is_the_object(answer, 0)
    assert answer.names == {0: name}
    point = answer.objects[0].points[0]
    assert (point.y, point.x) == pytest.approx((0.25, 0.5), abs=1e-5)


QUERY = [(BOX[1] + BOX[3]) / 2, (BOX[0] + BOX[2]) / 2, BOX[3] - BOX[1], BOX[2] - BOX[0]]


def queries(count: int) -> made.Floats:
    boxes = np.random.default_rng(0).uniform(0.2, 0.5, (1, count, 4)).astype(np.float32)
    boxes[0, 3] = QUERY
    return boxes


def test_most_queries_of_detr_see_nothing() -> None:
    logits = np.zeros((1, 100, 92), np.float32)
    logits[..., -1] = 12
    logits[0, 3, -1], logits[0, 3, 17] = 0, np.log(9 * 91)
    answer = found([logits, queries(100)], NCHW, names=("logits", "pred_boxes"))
    assert is_the_object(answer, 17)
    assert answer.total == 91


def test_the_scores_of_rt_detr_are_independent() -> None:
    logits = made.logit(sure(300, 80, 3, 17))
    assert is_the_object(found([logits, queries(300)], NCHW), 17)


def test_ultralytics_rt_detr_has_one_output() -> None:
    output = np.concatenate([queries(300), sure(300, 80, 3, 17)], axis=2)
    assert is_the_object(found([output], NCHW), 17)


@pytest.mark.parametrize("classes", [1, 2, 4])
def test_few_classes_are_classes_too(classes: int) -> None:
    number, scores = classes - 1, sure(300, classes, 3, classes - 1)
    one = np.concatenate([queries(300), scores], axis=2)
    assert is_the_object(found([one], NCHW), number)
    outputs = [made.logit(scores), queries(300)]
    answer = found(outputs, NCHW, names=("logits", "pred_boxes"))
    assert is_the_object(answer, number)


TOKENS = (1, 197, 768)  # of a vision transformer


@pytest.mark.parametrize(
    "tokens",
    [
        np.random.default_rng(0).random(TOKENS),
        np.random.default_rng(0).random(TOKENS) - 0.4,
        np.random.default_rng(0).normal(-4, 0.1, TOKENS),
    ],
    ids=["as scores", "around 0", "below 0"],
)
def test_tokens_of_a_transformer_are_no_queries(tokens: Array) -> None:
    tokens[..., :4] = tokens[..., :4].clip(0, 1)
    output = tokens.astype(np.float32)
    assert interpret(made.network([output], (1, 3, 224, 224)), [output]).kind == "tensors"


def test_noise_beside_boxes_is_no_score_of_queries() -> None:
    outputs = [np.random.default_rng(0).normal(size=(1, 100, 80)).astype(np.float32), queries(100)]
    assert interpret(made.network(outputs, NCHW), outputs).kind == "tensors"


def test_boxes_in_pixels_are_none_of_detrs() -> None:
    outputs = [made.logit(sure(300, 80, 3, 17)), queries(300) * X_FIRST]
    assert interpret(made.network(outputs, NCHW), outputs).kind == "tensors"


# The mean and deviation of facebookresearch/detr, ``datasets/coco.py``, for pixels from 0 to 1.
DETRS_MEAN, DETRS_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@pytest.mark.parametrize(
    ("classes", "mean", "deviation"),
    [(92, DETRS_MEAN, DETRS_DEVIATION), (91, DETRS_MEAN, DETRS_DEVIATION), (80, (0,), (1,))],
    ids=["92 numbers", "91 numbers", "80 classes"],
)
def test_detr_is_fed_as_it_was_trained(
    classes: int, mean: tuple[float, ...], deviation: tuple[float, ...]
) -> None:
    outputs = [np.zeros((1, 100, classes), np.float32), queries(100)]
    range_ = heads.hint(made.network(outputs, NCHW)).range
    assert range_ is not None
    assert np.array(range_.mean) / 255 == pytest.approx(mean)
    assert np.array(range_.std) / 255 == pytest.approx(deviation)


@pytest.mark.parametrize("unit", [np.float32(1), X_FIRST], ids=["relative", "pixels"])
def test_whoever_names_detr_gets_its_objects(unit: Array) -> None:
    logits = np.full((1, 20, 80), 0.7, np.float32)
    logits[0, 3, 17] = made.logit(0.9)
    output = np.concatenate([queries(20) * unit, logits], axis=2)
    graph = made.network([output], NCHW)
    assert interpret(graph, [output]).kind == "tensors"
    answer = interpret(graph, [output], head="detr", threshold=0.8)
    assert isinstance(answer, Objects)
    assert is_the_object(answer, 17)


CORNERS = (BOX[1], BOX[0], BOX[3], BOX[2])


@pytest.mark.parametrize(
    ("box", "names"),
    [
        (BOX, ("detection_boxes", "detection_classes", "detection_scores", "num_detections")),
        (CORNERS, ("boxes", "labels", "scores", "n")),
        ((np.array(CORNERS) * X_FIRST).tolist(), ("bboxes", "labels", "scores", "num_dets")),
    ],
    ids=["tensorflow", "relative", "pixels"],
)
def test_finished_detections_in_outputs_of_their_own(
    box: Sequence[float], names: Sequence[str]
) -> None:
    boxes = np.tile(np.array([0.6, 0.6, 0.9, 0.9], np.float32), (1, 10, 1))
    classes, scores = np.full((1, 10), 3, np.float32), np.full((1, 10), 0.8, np.float32)
    boxes[0, 1], classes[0, 1], scores[0, :2] = box, 17, (0.3, 0.9)
    count = np.array([2], np.float32)  # those of 0.8 are beyond it
    assert is_the_object(found([boxes, classes, scores, count], names=names), 17)


@pytest.mark.parametrize("unit", [np.float32(1), X_FIRST], ids=["relative", "pixels"])
def test_finished_detections_may_be_centres(unit: Array) -> None:
    boxes, ones = np.zeros((1, 10, 4), np.float32), np.zeros((1, 10), np.float32)
    boxes[0, :2] = np.array([QUERY, [0.8, 0.75, 0.125, 0.25]]) * unit
    ones[0, :2] = 1
    outputs = [boxes, ones * 17, ones * np.float32(0.9)]
    answer = found(outputs, names=("boxes", "labels", "scores"))
    assert [one.index for one in answer.objects] == [17, 17]
    assert answer.objects[0].box == pytest.approx(BOX)
    assert answer.objects[1].box == pytest.approx((0.625, 0.7375, 0.875, 0.8625))


NUMBER = 20 * 60 + 22  # the cell of stride 8 that holds the object's middle


def grid() -> made.Floats:
    """X and y of the cells of a picture of 320 x 480, relative."""
    parts = [np.indices((320 // s, 480 // s)).reshape(2, -1).T + 0.5 for s in (8, 16, 32)]
    sizes = [part * s / (320, 480) for part, s in zip(parts, (8, 16, 32), strict=True)]
    found: made.Floats = np.concatenate(sizes)[:, ::-1].astype(np.float32)
    return found


@pytest.mark.parametrize("unit", [np.float32(1), X_FIRST], ids=["relative", "pixels"])
def test_yolo_nas_gives_corners_and_scores_apart(unit: Array) -> None:
    middles = grid()
    boxes = np.concatenate([middles - 0.05, middles + 0.08], axis=1)[np.newaxis]
    boxes[0, NUMBER] = CORNERS
    outputs = [boxes.astype(np.float32) * unit, sure(3150, 80, NUMBER, 17)]
    assert is_the_object(found(outputs, NCHW), 17)


@pytest.mark.parametrize("swapped", [True, False], ids=["columns-first", "rows-first"])
def test_a_split_yolo_head_may_have_centres(swapped: bool) -> None:
    boxes = np.random.default_rng(0).uniform(8, 30, (3150, 4)).astype(np.float32)
    boxes[:, :2] = grid() * X_FIRST[:2]
    boxes[NUMBER] = np.array(QUERY) * X_FIRST
    outputs = [boxes[np.newaxis], sure(3150, 80, NUMBER, 17)]
    if swapped:
        outputs = [output.transpose(0, 2, 1) for output in outputs]
    assert is_the_object(found(outputs, NCHW), 17)


def test_finished_rows_of_every_cell_are_suppressed() -> None:
    boxes = np.tile(np.array(CORNERS, np.float32) * X_FIRST, (1, 3150, 1))
    scores, classes = np.full((1, 3150), 0.01, np.float32), np.full((1, 3150), 17, np.uint8)
    scores[0, 100:110] = 0.9
    assert is_the_object(found([boxes, scores, classes], PICTURE), 17)
