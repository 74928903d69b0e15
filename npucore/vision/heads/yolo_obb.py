# SPDX-License-Identifier: MIT
"""YOLO heads of turned boxes: (1, 4 + classes + 1, cells), the last column an angle in radians.

Source: Ultralytics' OBB head: centre, width and height, scores, then the angle by which the box
is turned clockwise in the picture.
"""

from __future__ import annotations

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import Cells, Floats, corners, probabilities
from npucore.vision.detect import Detection, inside
from npucore.vision.heads.base import YOLO_THRESHOLD, Head, Seen, task_of
from npucore.vision.heads.kept import kept
from npucore.vision.heads.rows import cells_of, distance, hint, layout_of, scores
from npucore.vision.heads.yolox import from_cells
from npucore.vision.kinds import Answer, Objects

TINY = 1e-7  # of a box without extent


def fits(network: Network) -> bool:
    """A row of a box, a score and an angle at least for every cell."""
    layout = layout_of(network)
    return (
        len(network.outputs) == 1
        and layout is not None
        and layout.columns > 5
        and task_of(network) in (None, "obb")
    )


def read(seen: Seen) -> Answer | None:
    """None if the last column can be scores as well as the others, or boxes are not decoded."""
    layout = layout_of(seen.network)
    if layout is None:
        return None
    rows = layout.rows(seen.values[0])
    told = seen.forced or task_of(seen.network) is not None
    if not told and (scores(rows[:, 4:]) or not scores(rows[:, 4:-1])):
        return None
    if not told and not _decoded(rows[:, :4], cells_of(seen, layout), seen.size):
        return None
    return turned(seen, rows[:, :4], probabilities(rows[:, 4:-1]), rows[:, -1])


def _decoded(boxes: Floats, cells: Cells, size: tuple[int, int]) -> bool:
    """Whether boxes lie at their cells as they are, not as YOLOX's offsets from them."""
    offsets = distance(corners(from_cells(boxes, cells)), cells, size)
    return distance(corners(boxes), cells, size) <= offsets


def turned(seen: Seen, boxes: Floats, scores: Floats, angles: Floats) -> Objects:
    """Of (N, 4) centres and sizes, (N, classes) scores and (N,) angles, those that stay."""
    height, width = seen.size
    if boxes.size and boxes[:, 2:].max() <= 2:
        boxes = boxes * np.array([width, height, width, height], np.float32)
    tilted = np.concatenate([boxes, angles[:, None]], axis=1)
    found = []
    for row, index, score in kept(seen, tilted, scores, overlap=tilted_overlaps):
        points = around(tilted[row]) / np.array([height, width])
        box = inside(np.concatenate([points.min(axis=0), points.max(axis=0)]))
        four = tuple((float(y), float(x)) for y, x in points)
        found.append(Detection(index, score, box, corners=four))
    return Objects(tuple(found), seen.limit(YOLO_THRESHOLD), total=scores.shape[1])


def around(tilted: Floats) -> Floats:
    """The four corners (4, 2), y and x, of centre x and y, width, height and angle."""
    x, y, width, height, angle = tilted
    across = np.array([np.sin(angle), np.cos(angle)]) * width / 2
    down = np.array([np.cos(angle), -np.sin(angle)]) * height / 2
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return np.stack([np.array([y, x]) + a * across + d * down for a, d in signs])


def tilted_overlaps(box: Floats, boxes: Floats) -> Floats:
    """How much *box* and each of (N, 5) *boxes* overlap, as bell curves of the same extent.

    1 minus the Hellinger distance of two normal distributions. Source: J. M. Llerena et al.:
    Gaussian Bounding Boxes and Probabilistic Intersection-over-Union for Object Detection, 2021.
    """
    (x, y, *first), (xs, ys, *others) = box, boxes.T
    a, b, c = (one + other for one, other in zip(_spread(*first), _spread(*others), strict=True))
    common = a * b - c * c
    apart = (a * (ys - y) ** 2 + b * (xs - x) ** 2 - 2 * c * (xs - x) * (ys - y)) / common / 4
    alone = _area(*first) * _area(*others)
    unlike = np.log(common / (4 * np.sqrt(alone) + TINY) + TINY) / 2
    distance = np.sqrt(np.clip(1 - np.exp(-np.clip(apart + unlike, 0, 100)), 0, 1))
    result: Floats = 1 - distance
    return result


def _spread(width: Floats, height: Floats, angle: Floats) -> tuple[Floats, Floats, Floats]:
    """Variances along x and y, and their covariance, of a turned box."""
    w, h = width**2 / 12 + TINY, height**2 / 12 + TINY
    cos, sin = np.cos(angle), np.sin(angle)
    return w * cos**2 + h * sin**2, w * sin**2 + h * cos**2, (w - h) * cos * sin


def _area(width: Floats, height: Floats, angle: Floats) -> Floats:
    """The determinant of the spread, which the angle leaves alone."""
    return (width**2 / 12 + TINY) * (height**2 / 12 + TINY)


HEAD = Head(
    "yolo-obb",
    "obb",
    "YOLO heads of turned boxes: (1, 4 + classes + 1, cells)",
    fits,
    read,
    hint,
)
