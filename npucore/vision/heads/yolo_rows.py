# SPDX-License-Identifier: MIT
"""Detectors that finish: (1, N, 6) or (N, 6), a box, a score and a class in every row.

YOLOv10 and v26 end to end, Ultralytics' ``nms=True``, YOLOv7 ``--end2end`` (seven columns, the
first the number of the image), PaddleDetection (class and score first), EfficientDet
(number, ymin, xmin, ymax, xmax, score, class; by its name ``detections``). The numbers tell which
column is which, and whether boxes are corners or centres. Rows of poses and of turned boxes are
longer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import Floats, corners, relative, scorelike
from npucore.vision.detect import Detection, KeyPoint, inside
from npucore.vision.heads.base import YOLO_THRESHOLD, Head, Seen, picture, task_of
from npucore.vision.heads.rows import hint, layout_of
from npucore.vision.heads.skeleton import COCO_LINES, COCO_POINTS
from npucore.vision.heads.yolo_obb import around
from npucore.vision.heads.yolo_pose import PERSON, key_points
from npucore.vision.kinds import Answer, Objects

MOST_ROWS = 1000
MOST_COLUMNS = 6 + 3 * 133  # of the points of a whole body; tokens of a transformer have more
WHOLE = 0.02  # by which a class may differ from a whole number


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a row."""

    box: int  # the first of four
    score: int
    index: int  # of the class


PLAIN = Columns(0, 4, 5)
SIX = (PLAIN, Columns(0, 5, 4), Columns(2, 1, 0))
SEVEN = (Columns(1, 6, 5), Columns(1, 5, 6))
TENSORFLOW = "detections"  # how EfficientDet's output is called, whose boxes have y first


def fits(network: Network) -> bool:
    """One real output of few rows, of at least six columns, and not one for each of the cells."""
    if len(network.outputs) != 1 or picture(network) is None or layout_of(network) is not None:
        return False
    if network.outputs[0].dtype.kind != "f" and network.outputs[0].quantization is None:
        return False
    shape = network.outputs[0].shape
    rows = shape[1:] if len(shape) == 3 and shape[0] == 1 else shape
    if len(rows) != 2 or not 2 <= rows[0] <= MOST_ROWS:
        return False
    return rows[1] in (6, 7) or (8 < rows[1] <= MOST_COLUMNS and (rows[1] - 6) % 3 == 0)


def read(seen: Seen) -> Answer | None:
    """None if the numbers of no column can be classes, or those of none scores."""
    rows = seen.values[0]
    rows = rows[0] if rows.ndim == 3 else rows
    limit, turned = seen.limit(YOLO_THRESHOLD), _are_turned(seen, rows)
    known = SIX if rows.shape[1] == 6 else SEVEN if rows.shape[1] == 7 else (PLAIN,)
    columns = next((c for c in ((PLAIN,) if turned else known) if _are(seen, rows, c)), None)
    if columns is None:
        return None
    rows = rows[(rows[:, columns.score] >= limit) & (rows[:, columns.score] > 0)]
    order = np.argsort(-rows[:, columns.score], kind="stable")
    found = [_detection(seen, row, columns, turned) for row in _boxed(seen, rows[order], columns)]
    human = rows.shape[1] == 6 + 3 * len(COCO_POINTS)
    return Objects(
        tuple(found),
        limit,
        names=PERSON if human else {},
        point_names=COCO_POINTS if human else (),
        lines=COCO_LINES if human else (),
    )


def _are_turned(seen: Seen, rows: Floats) -> bool:
    """Whether seven columns are a box, a score, a class and an angle.

    Where the file does not say so: the first column is no image's number, the same everywhere.
    """
    if rows.shape[1] != 7 or not _are(seen, rows, PLAIN):
        return False
    first = rows[:, 0]
    numbered = bool((first == first[0]).all()) and float(first[0]).is_integer()
    return task_of(seen.network) == "obb" or not numbered


def _are(seen: Seen, rows: Floats, columns: Columns) -> bool:
    """Whether the numbers allow it: classes are whole, but for quantized ones of a detector."""
    index = rows[:, columns.index]
    quantized = seen.network.outputs[0].quantization is not None and rows.shape[1] < 8
    whole = quantized or bool((np.abs(index - np.rint(index)) <= WHOLE).all())
    return whole and scorelike(rows[:, columns.score]) and bool(index.min(initial=0) >= -1)


def _boxed(seen: Seen, rows: Floats, columns: Columns) -> Floats:
    """The rows, their boxes as ymin, xmin, ymax, xmax (relative); turned ones are left alone."""
    first = columns.box
    box = rows[:, first : first + 4]
    if TENSORFLOW in seen.network.outputs[0].name.lower():
        upright = box
    elif (box[:, 2:] > box[:, :2]).all():
        upright = box[:, [1, 0, 3, 2]]
    else:
        upright = corners(box)
    return np.concatenate([rows, relative(upright, seen.size)], axis=1)


def _detection(seen: Seen, row: Floats, columns: Columns, turned: bool) -> Detection:
    index, score = round(float(row[columns.index])), float(row[columns.score])
    if turned:
        height, width = seen.size
        tilted = np.append(row[:4], row[6])
        if row[:4].max() <= 2:
            tilted[:4] *= (width, height, width, height)
        points = around(tilted) / np.array([height, width])
        box = inside(np.concatenate([points.min(axis=0), points.max(axis=0)]))
        return Detection(index, score, box, corners=tuple((float(y), float(x)) for y, x in points))
    return Detection(index, score, inside(row[-4:]), _points(seen, row[6:-4]))


def _points(seen: Seen, values: Floats) -> tuple[KeyPoint, ...]:
    if len(values) < 3 or len(values) % 3:
        return ()
    scale = (1, 1) if np.abs(values).max() <= 2 else seen.size
    return key_points(values, (len(values) // 3, 3), scale)


HEAD = Head(
    "yolo10",
    "detect",
    "finished rows of a box, a score and a class: YOLOv10 end to end, nms=True, v7 --end2end",
    fits,
    read,
    hint,
)
