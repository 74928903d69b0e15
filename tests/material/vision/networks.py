# SPDX-License-Identifier: MIT
"""Networks of every kind, written here as ONNX files.

Those of detectors end in constants whose answer is known (plus zero times the photo), the others
compute their answer from the photo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from npucore.tensor import Array
from tests.material.onnx.write import model, node
from tests.material.vision import made
from tests.material.vision.made import HEIGHT, INDEX, WIDTH
from tests.vision.heads import test_anchors, test_yolo_maps

NCHW, NHWC = (1, 3, HEIGHT, WIDTH), (1, HEIGHT, WIDTH, 3)
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
    planes = np.full((1, 4, HEIGHT // 4, WIDTH // 4), 5, FLOAT)
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
    scores = np.zeros((1, 1, HEIGHT, WIDTH), FLOAT)
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
