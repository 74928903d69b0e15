# SPDX-License-Identifier: MIT
"""Objects and where they are, from the raw head of a YOLO network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.graph import Network
from npucore.tensor import Array
from npucore.vision.detect import Detection, inside
from npucore.vision.real_values import real_values

SCORE_THRESHOLD = 0.25  # both are the defaults of Ultralytics' predict
IOU_THRESHOLD = 0.45
MOST_DETECTIONS = 300
STRIDES = (8, 16, 32)
ANCHORS = 3  # per cell in YOLOv5; later heads have one point per cell

# A box this much wider or higher than the image is one in pixels.
LARGEST_RELATIVE_SIZE = 2.0

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Head:
    """How a raw YOLO output is laid out: (1, 4 + C, N), or (1, N, 5 + C) with an objectness."""

    objectness: bool
    height: int  # of the network's input
    width: int


def recognise(graph: Network) -> Head | None:
    """The head of *graph*, if its only output has a box for every cell of strides 8, 16 and 32."""
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        return None
    image, output = graph.inputs[0].shape, graph.outputs[0].shape
    if len(image) != 4 or len(output) != 3 or (image[3], output[0]) != (3, 1):
        return None
    _, height, width, _ = image
    cells = sum((height // stride) * (width // stride) for stride in STRIDES)
    if cells and output[2] == cells and output[1] > 4:
        return Head(False, height, width)
    if cells and output[1] == cells * ANCHORS and output[2] > 5:
        return Head(True, height, width)
    return None


def decode(
    head: Head,
    graph: Network,
    output: Array,
    threshold: float = SCORE_THRESHOLD,
    iou: float = IOU_THRESHOLD,
) -> list[Detection]:
    """Objects of a score of at least *threshold*, best first, each class suppressed by itself.

    Every candidate competes as its best class. Boxes are centre x, centre y, width and height,
    relative to the image (TFLite files by Ultralytics) or in pixels (its other formats): the
    largest one tells.
    """
    rows = real_values(output, graph.outputs[0])[0]
    rows = rows if head.objectness else rows.T
    boxes = _relative(rows[:, :4], head)
    scores = rows[:, 5:] * rows[:, 4:5] if head.objectness else rows[:, 4:]
    classes = scores.argmax(axis=1)
    best = scores[np.arange(len(scores)), classes]
    order = np.argsort(-best, kind="stable")
    order = order[best[order] >= threshold]
    kept = _suppress(boxes[order], classes[order], iou)
    return [
        Detection(int(classes[i]), float(best[i]), inside(boxes[i])) for i in order[kept].tolist()
    ]


def _relative(boxes: Floats, head: Head) -> Floats:
    """(N, 4) ymin, xmin, ymax, xmax of boxes by their centres."""
    x, y, w, h = boxes.T
    if boxes[:, 2:].max() > LARGEST_RELATIVE_SIZE:
        x, y, w, h = x / head.width, y / head.height, w / head.width, h / head.height
    return np.stack([y - h / 2, x - w / 2, y + h / 2, x + w / 2], axis=1)


def _suppress(boxes: Floats, classes: npt.NDArray[np.intp], limit: float) -> list[int]:
    """Positions of the boxes to keep, at most 300, out of *boxes* ordered best first."""
    alive = np.ones(len(boxes), bool)
    kept: list[int] = []
    for i in range(len(boxes)):
        if len(kept) == MOST_DETECTIONS:
            break
        if alive[i]:
            kept.append(i)
            alive &= (classes != classes[i]) | (overlaps(boxes[i], boxes) <= limit)
    return kept


def overlaps(box: Floats, boxes: Floats) -> Floats:
    """Intersection over union of *box* with each of (N, 4) *boxes*.

    >>> overlaps(np.float32([0, 0, 1, 1]), np.float32([[0, 0, 1, 1], [0, 0.5, 1, 1.5]]))
    array([1.        , 0.33333334], dtype=float32)
    """
    top_left = np.maximum(box[:2], boxes[:, :2])
    bottom_right = np.minimum(box[2:], boxes[:, 2:])
    shared = np.prod(np.maximum(bottom_right - top_left, 0), axis=1)
    area, areas = np.prod(box[2:] - box[:2]), np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    union: Floats = area + areas - shared
    ratio: Floats = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return ratio
