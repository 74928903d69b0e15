# SPDX-License-Identifier: MIT
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.graph import Graph
from npucore.ops import DetectionPostprocess
from npucore.tensor import Quantization, Shape, Tensor
from npucore.vision.answer import interpret
from npucore.vision.classify import Classification
from npucore.vision.detect import Detection
from npucore.vision.kinds import Classes, Objects, Segments, Tensors
from npucore.vision.segment import class_shares


def float_tensor(name: str, shape: Shape, data: Any = None) -> Tensor:
    return Tensor(name, shape, np.dtype(np.float32), data=data)


def graph(
    *shapes: Shape, dtype: str = "uint8", image: Shape = (1, 64, 64, 3), scale: float | None = 0.5
) -> Graph:
    """A graph without ops whose outputs are inputs, too: only what goes in and out matters."""
    quantization = None if scale is None else Quantization.per_tensor(scale)
    outputs = tuple(
        Tensor(f"y{i}", shape, np.dtype(dtype), quantization, np.zeros(shape, dtype))
        for i, shape in enumerate(shapes)
    )
    return Graph((), (float_tensor("image", image),), outputs)


def test_scores_along_one_axis_are_classes() -> None:
    values = np.array([[[[3, 9, 1, 9]]]], np.uint8)
    answer = interpret(graph((1, 1, 1, 4)), [values], top=3)
    assert answer == Classes(
        (Classification(1, 4.5), Classification(3, 4.5), Classification(0, 1.5))
    )


def test_more_classes_than_there_are_cannot_be_listed() -> None:
    answer = interpret(graph((1, 2)), [np.array([[1, 2]], np.uint8)], top=9)
    assert isinstance(answer, Classes)
    assert len(answer.classes) == 2


@pytest.mark.parametrize("shape", [(1, 1), (1, 8, 2), (1, 4, 4, 2), ()], ids=str)
def test_other_outputs_are_summarised(shape: Shape) -> None:
    answer = interpret(graph(shape), [np.full(shape, 4, np.uint8)])
    assert isinstance(answer, Tensors)
    assert answer.tensors[0].mean == 2.0


def test_two_outputs_are_summarised() -> None:
    values = np.zeros((1, 4), np.uint8)
    assert interpret(graph((1, 4), (1, 4)), [values, values]).kind == "tensors"


def test_a_reconstruction_of_the_input_is_no_class() -> None:
    reconstruction = graph((1, 640), image=(1, 640))
    assert interpret(reconstruction, [np.zeros((1, 640), np.uint8)]).kind == "tensors"


def test_an_empty_output_has_no_values() -> None:
    answer = interpret(graph((0, 4)), [np.zeros((0, 4), np.uint8)])
    assert isinstance(answer, Tensors)
    assert answer.tensors[0].mean is None


def test_a_map_of_integers_is_a_segmentation() -> None:
    values = np.array([[[0, 7], [7, 7]]], np.int64)
    answer = interpret(graph((1, 2, 2), dtype="int64", scale=None), [values])
    assert isinstance(answer, Segments)
    assert [(s.index, s.share) for s in answer.shares] == [(7, 0.75), (0, 0.25)]


def test_scores_of_every_pixel_have_shares_too() -> None:
    scores = np.array([[[[0.1, 0.9], [0.8, 0.2], [0.9, 0.1], [0.7, 0.3]]]], np.float32)
    assert [(s.index, s.share) for s in class_shares(scores)] == [(0, 0.75), (1, 0.25)]


def postprocess() -> DetectionPostprocess:
    return DetectionPostprocess(
        boxes=float_tensor("boxes", (1, 2, 4)),
        scores=float_tensor("scores", (1, 2, 3)),
        anchors=float_tensor("anchors", (2, 4), np.ones((2, 4), np.float32)),
        results=(
            float_tensor("where", (1, 2, 4)),
            float_tensor("what", (1, 2)),
            float_tensor("score", (1, 2)),
            float_tensor("count", (1,)),
        ),
        scale=(10, 10, 5, 5),
        classes=3,
        max_detections=2,
    )


FOUND = [
    np.array([[[0.1, 0.25, 0.5, 1.5], [0, 0, 1, 1]]], np.float32),
    np.array([[2, 1]], np.float32),
    np.array([[0.75, 0.5]], np.float32),
    np.array([2], np.float32),
]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0)], ids=["in order", "reversed"])
def test_a_postprocess_gives_objects_in_whatever_order_its_results_leave(
    order: tuple[int, ...],
) -> None:
    op = postprocess()
    network = Graph((op,), (op.boxes, op.scores), tuple(op.results[i] for i in order))
    answer = interpret(network, [FOUND[i] for i in order], threshold=0.6)
    assert isinstance(answer, Objects)
    assert [(o.index, o.score) for o in answer.objects] == [(2, 0.75)]
    assert (answer.head, answer.others) == ("ssd", ())


def test_boxes_end_at_the_edge_of_the_image() -> None:
    op = postprocess()
    answer = interpret(Graph((op,), (op.boxes, op.scores), op.results), FOUND)
    assert isinstance(answer, Objects)
    assert answer.objects[0].box == pytest.approx((0.1, 0.25, 0.5, 1.0))


def test_objects_beyond_the_count_do_not_exist() -> None:
    op = postprocess()
    network = Graph((op,), (op.boxes, op.scores), op.results)
    answer = interpret(network, [*FOUND[:3], np.array([1], np.float32)], threshold=0)
    assert isinstance(answer, Objects)
    assert len(answer.objects) == 1


def test_a_postprocess_that_is_not_returned_whole_gives_tensors() -> None:
    op = postprocess()
    network = Graph((op,), (op.boxes, op.scores), op.results[:2])
    assert interpret(network, FOUND[:2]).kind == "tensors"


def test_a_detection_is_a_value() -> None:
    assert Detection(1, 0.5, (0, 0, 1, 1)) == Detection(1, 0.5, (0, 0, 1, 1))
