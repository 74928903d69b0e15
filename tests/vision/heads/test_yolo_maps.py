# SPDX-License-Identifier: MIT
"""YOLO heads that give undecoded maps, one or several for every stride."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from npucore.tensor import Array
from npucore.vision.answer import interpret
from npucore.vision.kinds import Objects
from tests.material.vision import made
from tests.material.vision.made import BOX, CLASSES, HEIGHT, INDEX, PIXELS, SCORE, STRIDES, WIDTH


def found(outputs: Sequence[Array], **options: Any) -> Objects:
    answer = interpret(made.network(outputs), outputs, **options)
    assert isinstance(answer, Objects), answer
    return answer


def is_the_object(answer: Objects, places: float = 1e-3) -> bool:
    (one,) = answer.objects
    right = (one.index, round(one.score, 3)) == (INDEX, SCORE)
    return right and np.allclose(one.box, np.array(BOX) / PIXELS, atol=places)


def levels(rows: made.Floats, first: bool, strides: Sequence[int] = STRIDES) -> Iterator[Array]:
    """(N, C) rows as a map for every stride, channels first or last."""
    start = 0
    for stride in strides:
        height, width = HEIGHT // stride, WIDTH // stride
        level = rows[start : start + height * width].reshape(1, height, width, -1)
        yield level.transpose(0, 3, 1, 2) if first else level
        start += height * width


def distances() -> made.Floats:
    """(N, 4) left, top, right, bottom of every cell's box, in strides."""
    y, x, stride = np.array(made.cells(), np.float32).T
    ymin, xmin, ymax, xmax = np.array(made.boxes(), np.float32).T
    sides = np.stack([x - xmin, y - ymin, xmax - x, ymax - y], axis=1)
    return np.asarray(sides / stride[:, None], np.float32)


SURE = made.scores(len(made.cells()))


@pytest.mark.parametrize("first", [True, False], ids=["nchw", "nhwc"])
@pytest.mark.parametrize("values", [made.logit(SURE), SURE], ids=["logits", "scores"])
@pytest.mark.parametrize("count", [1, 16], ids=["distances", "distributions"])
def test_boxes_and_scores_apart(first: bool, values: made.Floats, count: int) -> None:
    sides = distances() if count == 1 else made.bins(distances(), count)
    places = list(levels(sides, first))
    outputs = [level for pair in zip(places, levels(values, first), strict=True) for level in pair]
    assert is_the_object(found(outputs))


def test_a_map_of_sums_is_not_needed() -> None:
    parts = [made.bins(distances(), 16), SURE, SURE.sum(axis=1, keepdims=True)]
    every = [list(levels(part, True)) for part in parts]
    assert is_the_object(found([level for three in zip(*every, strict=True) for level in three]))


def test_distributions_and_logits_in_one_map() -> None:
    rows = np.concatenate([made.bins(distances(), 16), made.logit(SURE)], axis=1)
    assert is_the_object(found(list(levels(rows, True))))


def test_yolox_has_one_map_of_offsets_and_scores() -> None:
    places = np.array([made.centred(box) for box in made.boxes()], np.float32)
    y, x, stride = np.array(made.cells(offset=0), np.float32).T
    middles = (places[:, :2] - np.stack([x, y], axis=1)) / stride[:, None]
    sizes = np.log(places[:, 2:] / stride[:, None])
    sure = np.full((len(x), 1), 0.01, np.float32)
    sure[made.middle()] = 1
    rows = np.concatenate([middles, sizes, sure, SURE], axis=1)
    assert is_the_object(found(list(levels(rows, True))))


# Width and height in pixels, by stride. Sources: ultralytics/yolov5 ``models/yolov5s.yaml``,
# WongKinYiu/yolov7 ``cfg/deploy/yolov7.yaml``, ultralytics/yolov3 ``models/yolov3-tiny.yaml`` and
# ``models/yolov3.yaml`` (the anchors of pjreddie/darknet ``cfg/yolov3.cfg``, the same as v5's).
ANCHORS = {
    "yolo5-maps": {
        8: ((10, 13), (16, 30), (33, 23)),
        16: ((30, 61), (62, 45), (59, 119)),
        32: ((116, 90), (156, 198), (373, 326)),
    },
    "yolo7-maps": {
        8: ((12, 16), (19, 36), (40, 28)),
        16: ((36, 75), (76, 55), (72, 146)),
        32: ((142, 110), (192, 243), (459, 401)),
    },
    "tiny": {
        16: ((10, 14), (23, 27), (37, 58)),
        32: ((81, 82), (135, 169), (344, 319)),
    },
}
TRIPLES = [(kind, s, place) for kind, of in ANCHORS.items() for s in of for place in range(3)]


def cell(strides: Sequence[int], stride: int) -> int:
    """The cell of *stride* that holds the object's middle, counted over all *strides*."""
    y, x = (BOX[0] + BOX[2]) / 2, (BOX[1] + BOX[3]) / 2
    before = sum(HEIGHT // s * (WIDTH // s) for s in strides if s < stride)
    return before + int(y // stride) * (WIDTH // stride) + int(x // stride)


def anchored(kind: str, stride: int = 8, place: int = 2) -> made.Floats:
    """(N, 3, 5 + classes) scores from 0 to 1 with the object at one anchor of its cell."""
    every = made.cells(tuple(ANCHORS[kind]), offset=0)
    rows = np.full((len(every), 3, 5 + CLASSES), 0.5, np.float32)
    rows[..., 4:] = 0.01
    here = cell(tuple(ANCHORS[kind]), stride)
    y, x, _ = every[here]
    width, height = ANCHORS[kind][stride][place]
    cx, cy, w, h = made.centred(BOX)
    middle = [((cx - x) / stride + 0.5) / 2, ((cy - y) / stride + 0.5) / 2]
    sizes = [np.sqrt(w / width) / 2, np.sqrt(h / height) / 2]
    rows[here, place] = [*middle, *sizes, 1, *([0.01] * INDEX), SCORE]
    return rows


def five(rows: made.Floats) -> list[Array]:
    """(1, 3, H, W, C) for every stride."""
    flat = rows.reshape(len(rows), -1)
    shaped = [level.reshape(*level.shape[:3], 3, -1) for level in levels(flat, False)]
    return [level.transpose(0, 3, 1, 2, 4) for level in shaped]


@pytest.mark.parametrize("form", ["logits", "scores"])
@pytest.mark.parametrize("axes", [4, 5])
@pytest.mark.parametrize("head", ["yolo5-maps", "yolo7-maps"])
def test_three_anchors_a_cell(form: str, axes: int, head: str) -> None:
    rows = anchored(head)
    rows = made.logit(rows) if form == "logits" else rows
    flat = rows.reshape(len(rows), -1)
    outputs = list(levels(flat, True)) if axes == 4 else five(rows)
    assert is_the_object(found(outputs, head=head))


@pytest.mark.parametrize(("kind", "stride", "place"), TRIPLES)
def test_every_anchor_has_its_published_size(kind: str, stride: int, place: int) -> None:
    rows = made.logit(anchored(kind, stride, place))
    flat, strides = rows.reshape(len(rows), -1), tuple(ANCHORS[kind])
    head = "yolo5-maps" if kind == "tiny" else kind
    assert is_the_object(found(list(levels(flat, True, strides)), head=head), 1e-4)


def test_darknets_boxes_are_exponentials_of_anchors() -> None:
    rows = made.logit(anchored("yolo5-maps"))
    y, x, stride = made.cells(offset=0)[made.middle()]
    cx, cy, w, h = made.centred(BOX)
    rows[made.middle(), 2, :2] = made.logit([(cx - x) / stride, (cy - y) / stride])
    rows[made.middle(), 2, 2:4] = np.log([w / 33, h / 23])
    flat = rows.reshape(len(rows), -1)
    assert is_the_object(found(list(levels(flat, True)), head="yolo3-maps"))


def test_without_a_name_the_anchors_are_those_of_yolov5() -> None:
    flat = made.logit(anchored("yolo5-maps")).reshape(len(made.cells()), -1)
    assert is_the_object(found(list(levels(flat, False))))
