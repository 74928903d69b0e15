# SPDX-License-Identifier: MIT
"""Detectors that finish: (1, N, 6) or (N, 6), a box, a score and a class in every row.

YOLOv10 and v26 end to end, Ultralytics' ``nms=True``, YOLOv7 ``--end2end`` (seven columns, the
first the number of the image), PaddleDetection (class and score first), EfficientDet
(number, ymin, xmin, ymax, xmax, score, class). The numbers tell which column is which, and
whether boxes are corners or centres. Rows of pose and turned boxes are longer.
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
WHOLE = 0.02  # by which a class may differ from a whole number


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a row."""

    box: int  # the first of four
    score: int
    index: int
    y_first: bool = False


SIX = (Columns(0, 4, 5), Columns(0, 5, 4), Columns(2, 1, 0))
SEVEN = (Columns(1, 6, 5), Columns(1, 5, 6, y_first=True), Columns(1, 5, 6))


def fits(network: Network) -> bool:
    """One output of few rows, of at least six columns, and not one for each of the cells."""
    if len(network.outputs) != 1 or picture(network) is None or layout_of(network) is not None:
        return False
    shape = network.outputs[0].shape
    rows = shape[1:] if len(shape) == 3 and shape[0] == 1 else shape
    if len(rows) != 2 or rows[0] > MOST_ROWS or rows[0] < 2:
        return False
    columns = rows[1]
    return columns in (6, 7) or (columns > 8 and (columns - 6) % 3 == 0 and _ends(network))


def _ends(network: Network) -> bool:
    """Whether the file says that its rows are poses."""
    return task_of(network) == "pose"


def read(seen: Seen) -> Answer | None:
    """None if the numbers of no column can be classes, or those of none scores."""
    rows = seen.values[0]
    rows = rows[0] if rows.ndim == 3 else rows
    limit = seen.limit(YOLO_THRESHOLD)
    quantized = seen.network.outputs[0].quantization is not None
    turned = rows.shape[1] == 7 and _is(rows, Columns(0, 4, 5), quantized) and _some_turned(seen)
    known = (Columns(0, 4, 5),) if turned or rows.shape[1] > 7 else _known(rows)
    columns = next((c for c in known if _is(rows, c, quantized)), None)
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


def _known(rows: Floats) -> tuple[Columns, ...]:
    return SIX if rows.shape[1] == 6 else SEVEN


def _some_turned(seen: Seen) -> bool:
    return task_of(seen.network) == "obb" or not _same_image(seen.values[0])


def _same_image(rows: Floats) -> bool:
    """Whether the first column is a number of an image: everywhere the same."""
    first = rows.reshape(-1, rows.shape[-1])[:, 0]
    return bool((first == first[0]).all()) and float(first[0]).is_integer()


def _is(rows: Floats, columns: Columns, quantized: bool) -> bool:
    """Whether the numbers allow it; those of quantized rows say less."""
    index = rows[:, columns.index]
    whole = quantized or bool((np.abs(index - np.rint(index)) <= WHOLE).all())
    return whole and scorelike(rows[:, columns.score]) and bool(index.min(initial=0) >= -1)


def _boxed(seen: Seen, rows: Floats, columns: Columns) -> Floats:
    """The rows, their boxes as ymin, xmin, ymax, xmax (relative); turned ones are left alone."""
    first = columns.box
    box = rows[:, first : first + 4]
    if columns.y_first:
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
