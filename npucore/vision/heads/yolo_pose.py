# SPDX-License-Identifier: MIT
"""YOLO pose heads: (1, 5 + 3 points, cells): a box, one score, then x, y and score of each point.

Source: Ultralytics' Pose head; the 17 points are COCO's.
"""

from __future__ import annotations

import ast

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import Floats, probabilities, sigmoid
from npucore.vision.detect import Detection, KeyPoint, inside
from npucore.vision.heads.base import YOLO_THRESHOLD, Head, Seen, task_of
from npucore.vision.heads.kept import kept
from npucore.vision.heads.rows import cells_of, hint, layout_of, placed, scores, spread
from npucore.vision.heads.skeleton import COCO_LINES, COCO_POINTS
from npucore.vision.kinds import Answer, Objects

PERSON = {0: "person"}


def point_shape(network: Network, columns: int) -> tuple[int, int] | None:
    """(points, values of each) in rows of *columns*, the first five of box and score aside."""
    try:
        told = ast.literal_eval(network.metadata.properties.get("kpt_shape", ""))
        points, values = int(told[0]), int(told[1])
    except (ValueError, SyntaxError, TypeError, LookupError):
        points, values = (columns - 5) // 3, 3
    there = points > 0 and values in (2, 3) and columns - points * values >= 5
    whole = "kpt_shape" in network.metadata.properties or (columns - 5) % 3 == 0
    return (points, values) if there and whole else None


def fits(network: Network) -> bool:
    """Rows that could hold whole points."""
    layout = layout_of(network)
    return (
        len(network.outputs) == 1
        and layout is not None
        and task_of(network) in (None, "pose")
        and point_shape(network, layout.columns) is not None
    )


def read(seen: Seen) -> Answer | None:
    """None if the columns behind the first score can be scores, too."""
    layout = layout_of(seen.network)
    if layout is None or (shape := point_shape(seen.network, layout.columns)) is None:
        return None
    rows = layout.rows(seen.values[0])
    first = layout.columns - shape[0] * shape[1]
    told = seen.forced or task_of(seen.network) is not None
    points = rows[:, first:]
    if not told and not spread(points) and (scores(points) or scores(points[:, :-1])):
        return None  # scores of classes, or those and an angle
    boxes = placed(rows[:, :4], cells_of(seen, layout), seen.size)
    return poses(seen, boxes, probabilities(rows[:, 4:first]), points, shape)


def poses(
    seen: Seen, boxes: Floats, scores: Floats, points: Floats, shape: tuple[int, int]
) -> Objects:
    """Of (N, 4) boxes, relative, (N, classes) scores and (N, points * values), those that stay."""
    scale = (1, 1) if not points.size or np.abs(points).max() <= 2 else seen.size
    found = [
        Detection(index, score, inside(boxes[row]), key_points(points[row], shape, scale))
        for row, index, score in kept(seen, boxes, scores)
    ]
    human = shape[0] == len(COCO_POINTS)
    return Objects(
        tuple(found),
        seen.limit(YOLO_THRESHOLD),
        names=PERSON if scores.shape[1] == 1 and human else {},
        total=scores.shape[1],
        point_names=COCO_POINTS if human else (),
        lines=COCO_LINES if human else (),
    )


def key_points(row: Floats, shape: tuple[int, int], scale: tuple[int, int]) -> tuple[KeyPoint, ...]:
    """The points of a row of x, y and, of three values, a score; *scale* is (height, width)."""
    values = row.reshape(shape)
    sure = values[:, 2] if shape[1] == 3 else np.ones(shape[0], np.float32)
    if sure.size and (sure.min() < 0 or sure.max() > 1):
        sure = sigmoid(sure)
    return tuple(
        KeyPoint(float(y) / scale[0], float(x) / scale[1], float(score))
        for (x, y), score in zip(values[:, :2], sure, strict=True)
    )


HEAD = Head(
    "yolo-pose",
    "pose",
    "YOLO pose heads: (1, 5 + 3 points, cells)",
    fits,
    read,
    hint,
)
