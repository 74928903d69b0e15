# SPDX-License-Identifier: MIT
"""Detectors that finish in several outputs: boxes, classes, scores and perhaps their count.

TensorFlow's Object Detection API, torchvision, TensorRT's EfficientNMS, RT-DETR's export, SSD of
ONNX's model zoo. Boxes are (1, N, 4) or (N, 4), the others (1, N) or (N,). TensorFlow's boxes have
y first; names of outputs (``detection_boxes``) tell. Where suppression is still to be done, as in
Qualcomm's exports, it is done here.
"""

from __future__ import annotations

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import Floats, corners, relative, scorelike, suppress
from npucore.vision.detect import Detection, inside
from npucore.vision.heads.base import Head, Seen, picture
from npucore.vision.kinds import Answer, Objects

WHOLE = 0.02
TENSORFLOW = ("detection", "postprocess", "partitionedcall")


def _boxes(network: Network) -> int | None:
    found = [i for i, t in enumerate(network.outputs) if t.shape[-1:] == (4,) and _many(t.shape)]
    return found[0] if len(found) == 1 else None


def _many(shape: tuple[int, ...]) -> bool:
    return len(shape) == 2 or (len(shape) == 3 and shape[0] == 1)


def _lists(network: Network, length: int) -> list[int]:
    """Outputs of a value for every box."""
    shapes = ((length,), (1, length), (1, length, 1))
    return [i for i, t in enumerate(network.outputs) if t.shape in shapes]


def fits(network: Network) -> bool:
    """Boxes, and at least two outputs of a value for each."""
    if picture(network) is None or not 3 <= len(network.outputs) <= 8:
        return False
    if (boxes := _boxes(network)) is None:
        return False
    return len(_lists(network, network.outputs[boxes].shape[-2])) >= 2


def read(seen: Seen) -> Answer | None:
    """None unless one output can be scores, and another holds whole numbers."""
    if (place := _boxes(seen.network)) is None:
        return None
    boxes = seen.values[place].reshape(-1, 4)
    columns = {i: seen.values[i].ravel() for i in _lists(seen.network, len(boxes))}
    scores = next((i for i, v in columns.items() if scorelike(v) and not _whole(v)), None)
    if scores is None:
        scores = next((i for i, v in columns.items() if scorelike(v)), None)
    classes = next((i for i, v in columns.items() if i != scores and _whole(v)), None)
    if scores is None or classes is None:
        return None
    limit = seen.limit()
    some = np.flatnonzero(columns[scores][: _count(seen, len(boxes))] >= limit)
    upright = _upright(seen, boxes[some], place)
    kinds = np.rint(columns[classes][some]).astype(np.intp)
    kept = suppress(upright, columns[scores][some], kinds, seen.iou)
    order, upright = some[kept], upright[kept]
    found = [
        Detection(round(float(columns[classes][i])), float(columns[scores][i]), inside(box))
        for i, box in zip(order.tolist(), upright, strict=True)
    ]
    return Objects(tuple(found), limit)


def _whole(values: Floats) -> bool:
    return bool((np.abs(values - np.rint(values)) <= WHOLE).all())


def _count(seen: Seen, most: int) -> int:
    """How many rows there are, where an output of one value says so."""
    ones = [v for v in seen.values if v.size == 1]
    if len(ones) == 1 and most != 1:
        return int(np.clip(np.nan_to_num(ones[0].ravel()[0]), 0, most))
    return most


def _upright(seen: Seen, boxes: Floats, place: int) -> Floats:
    """ymin, xmin, ymax, xmax, relative."""
    name = seen.network.outputs[place].name.lower()
    if any(part in name for part in TENSORFLOW):
        return relative(boxes, seen.size)
    if (boxes[:, 2:] >= boxes[:, :2]).all():
        return relative(boxes[:, [1, 0, 3, 2]], seen.size)
    return relative(corners(boxes), seen.size)


HEAD = Head(
    "finished",
    "detect",
    "detectors that finish in boxes, classes and scores, each an output",
    fits,
    read,
)
