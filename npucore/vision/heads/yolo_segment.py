# SPDX-License-Identifier: MIT
"""YOLO heads of masks: rows (1, 4 + classes + M, cells), and M maps of a quarter of the picture.

YOLOv5's rows have an objectness and three boxes for every cell; rows of a few hundred are
finished: corners, a score and a class before the weights (YOLOv26, ``nms=True``). A mask is the
sum of the maps by the row's last M columns, inside its box. Source: Ultralytics' Segment head.
"""

from __future__ import annotations

import numpy as np

from npucore.graph import Network
from npucore.tensor import Shape
from npucore.vision.boxes import Floats, corners, probabilities, relative, sigmoid
from npucore.vision.detect import Box, Detection, inside
from npucore.vision.heads.base import YOLO_THRESHOLD, Head, Seen, picture
from npucore.vision.heads.kept import kept
from npucore.vision.heads.rows import Layout, cells_of, hint, layout_of, placed
from npucore.vision.kinds import Answer, Objects

ANCHORS = 3
MOST_ROWS = 1000


def _parts(network: Network) -> tuple[int, int] | None:
    """Which output has the rows, and which the maps."""
    if len(network.outputs) != 2:
        return None
    ranks = [len(tensor.shape) for tensor in network.outputs]
    return (ranks.index(3), ranks.index(4)) if sorted(ranks) == [3, 4] else None


def _maps(network: Network, output: int) -> tuple[int, bool] | None:
    """(how many maps an output has, whether they are its second axis)."""
    frame, shape = picture(network), network.outputs[output].shape
    if frame is None or shape[0] != 1:
        return None
    quarter = (frame.height // 4, frame.width // 4)
    if shape[2:] == quarter:
        return shape[1], True
    return (shape[3], False) if shape[1:3] == quarter else None


def _layout(network: Network, rows: int) -> tuple[Layout, bool] | None:
    """The layout of the rows, and whether they are YOLOv5's."""
    if (layout := layout_of(network, rows)) is not None:
        return layout, False
    layout = layout_of(network, rows, ANCHORS)
    return None if layout is None else (layout, True)


def fits(network: Network) -> bool:
    """Rows for every cell, and as many maps as the rows have columns beyond a box and a score."""
    if (parts := _parts(network)) is None or (maps := _maps(network, parts[1])) is None:
        return False
    found = _layout(network, parts[0])
    if found is None:
        return _is_finished(network.outputs[parts[0]].shape, maps[0])
    return found[0].columns > 4 + found[1] + maps[0]


def _is_finished(shape: Shape, maps: int) -> bool:
    return shape[0] == 1 and shape[1] <= MOST_ROWS and shape[2] == 6 + maps


def read(seen: Seen) -> Answer | None:
    """The objects, each with a mask over the whole picture."""
    if (parts := _parts(seen.network)) is None or (maps := _maps(seen.network, parts[1])) is None:
        return None
    count, first = maps
    planes = seen.values[parts[1]][0] if first else seen.values[parts[1]][0].transpose(2, 0, 1)
    if (known := _layout(seen.network, parts[0])) is None:
        return _finished(seen, seen.values[parts[0]][0], planes)
    layout, anchored = known
    rows = layout.rows(seen.values[parts[0]])
    scores, weights = probabilities(rows[:, 4:-count]), rows[:, -count:]
    if anchored:
        boxes, scores = relative(corners(rows), seen.size), scores[:, 1:] * scores[:, :1]
    else:
        boxes = placed(rows[:, :4], cells_of(seen, layout), seen.size)
    found = [
        Detection(index, score, box := inside(boxes[row]), mask=mask(box, weights[row], planes))
        for row, index, score in kept(seen, boxes, scores)
    ]
    return Objects(tuple(found), seen.limit(YOLO_THRESHOLD), total=scores.shape[1])


def _finished(seen: Seen, rows: Floats, planes: Floats) -> Objects:
    """Of (N, 6 + M) rows those of at least the threshold, best first."""
    limit = seen.limit(YOLO_THRESHOLD)
    boxes = relative(rows[:, [1, 0, 3, 2]], seen.size)
    order = np.argsort(-rows[:, 4], kind="stable")
    found = [
        Detection(
            round(float(rows[i, 5])),
            float(rows[i, 4]),
            inside(boxes[i]),
            mask=mask(inside(boxes[i]), rows[i, 6:], planes),
        )
        for i in order[rows[order, 4] >= limit].tolist()
    ]
    return Objects(tuple(found), limit)


def mask(box: Box, weights: Floats, planes: Floats) -> Floats:
    """Booleans (H, W) of an object in *box*: the weighted (M, H, W) *planes* inside."""
    height, width = planes.shape[1:]
    there = sigmoid(np.tensordot(weights, planes, axes=1)) >= 0.5
    y, x = (np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width
    ymin, xmin, ymax, xmax = box
    within = ((y >= ymin) & (y <= ymax))[:, None] & ((x >= xmin) & (x <= xmax))[None]
    result: Floats = there & within
    return result


HEAD = Head(
    "yolo-segment",
    "segment",
    "YOLO heads of masks: rows of boxes, scores and M weights, and M maps",
    fits,
    read,
    hint,
)
