# SPDX-License-Identifier: MIT
from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from npucore.graph import Graph
from npucore.tensor import Shape, Tensor
from npucore.vision import yolo
from npucore.vision.answer import Objects, interpret
from npucore.vision.detect import Detection

CELLS = 8 * 8 + 4 * 4 + 2 * 2  # of a 64 x 64 image at strides 8, 16 and 32
Floats = npt.NDArray[np.float32]


def graph(output: Shape, image: Shape = (1, 64, 64, 3)) -> Graph:
    floats = np.dtype(np.float32)
    result = Tensor("y", output, floats, data=np.zeros(output, np.float32))
    return Graph((), (Tensor("image", image, floats),), (result,))


def rows(*candidates: tuple[float, ...]) -> Floats:
    """cx, cy, w, h and scores of each cell; all but the first few are empty."""
    found = np.zeros((CELLS, len(candidates[0])), np.float32)
    found[: len(candidates)] = candidates
    return found


def objects(*candidates: tuple[float, ...]) -> tuple[Detection, ...]:
    head = rows(*candidates).T[np.newaxis]
    answer = interpret(graph(head.shape), [head])
    assert isinstance(answer, Objects)
    return answer.objects


@pytest.mark.parametrize(
    ("output", "objectness"),
    [((1, 4 + 80, CELLS), False), ((1, CELLS * 3, 5 + 80), True)],
    ids=["v8", "v5"],
)
def test_a_head_is_known_by_its_number_of_cells(output: Shape, objectness: bool) -> None:
    assert yolo.recognise(graph(output)) == yolo.Head(objectness, 64, 64)


@pytest.mark.parametrize(
    ("output", "image"),
    [
        ((1, 84, CELLS + 1), (1, 64, 64, 3)),
        ((1, 4, CELLS), (1, 64, 64, 3)),
        ((1, CELLS * 3, 5), (1, 64, 64, 3)),
        ((2, 84, CELLS), (1, 64, 64, 3)),
        ((1, 84, CELLS), (1, 64, 64, 1)),
        ((1, 84, 0), (1, 4, 4, 3)),
    ],
    ids=str,
)
def test_other_outputs_are_no_head(output: Shape, image: Shape) -> None:
    assert yolo.recognise(graph(output, image)) is None


def test_boxes_are_given_by_their_corners() -> None:
    (found,) = objects((0.5, 0.25, 0.5, 0.25, 0.0, 0.75))
    assert found == Detection(1, 0.75, (0.125, 0.25, 0.375, 0.75))


def test_boxes_in_pixels_are_divided_by_the_size_of_the_input() -> None:
    (found,) = objects((32, 16, 32, 16, 0.0, 0.75))
    assert found.box == (0.125, 0.25, 0.375, 0.75)


def test_overlapping_boxes_of_a_class_leave_the_best() -> None:
    found = objects((0.5, 0.5, 0.4, 0.4, 0.5, 0), (0.52, 0.5, 0.4, 0.4, 0.75, 0))
    assert [o.score for o in found] == [0.75]


def test_overlapping_boxes_of_two_classes_stay() -> None:
    found = objects((0.5, 0.5, 0.4, 0.4, 0.5, 0), (0.52, 0.5, 0.4, 0.4, 0, 0.75))
    assert [o.index for o in found] == [1, 0]


def test_boxes_apart_stay_best_first() -> None:
    found = objects((0.2, 0.2, 0.1, 0.1, 0.5, 0), (0.8, 0.8, 0.1, 0.1, 0.75, 0))
    assert [o.score for o in found] == [0.75, 0.5]


def test_scores_below_the_threshold_are_nothing() -> None:
    assert objects((0.5, 0.5, 0.4, 0.4, 0.24, 0.1)) == ()


def test_an_objectness_multiplies_the_scores() -> None:
    head = np.tile(rows((0.5, 0.25, 0.5, 0.25, 0.5, 0.0, 0.75)), (3, 1))[np.newaxis]
    answer = interpret(graph(head.shape), [head])
    assert isinstance(answer, Objects)
    assert [(o.index, o.score) for o in answer.objects] == [(1, 0.375)]


def test_an_empty_box_overlaps_nothing() -> None:
    nothing = np.zeros(4, np.float32)
    assert yolo.overlaps(nothing, nothing[np.newaxis]).tolist() == [0.0]
