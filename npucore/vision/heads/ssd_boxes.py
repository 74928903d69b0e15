# SPDX-License-Identifier: MIT
"""SSD and its kin without postprocessing: boxes (1, N, 4) and scores (1, N, classes).

Both may have their axes swapped. A row for every cell (YOLO whose export splits the output) is
read as YOLO's rows are.

Boxes that are decoded (UltraFace, YOLO-NAS: corners, relative or in pixels) are told from those
that count from anchors by the numbers: the former have corners in the picture. The anchors of raw
ones are those that N implies: TensorFlow's SSD (six layers, scales 0.2 to 0.95) or EfficientDet
(nine a cell at strides 8 to 128). Their first class is the background, if there are scores for
it. Source: TensorFlow's Object Detection API (``multiple_grid_anchor_generator``,
``faster_rcnn_box_coder``), google/automl (``efficientdet/tf2/anchors.py``).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import (
    Cells,
    Floats,
    count_cells,
    probabilities,
    relative,
    scorelike,
    sigmoid,
    softmax,
)
from npucore.vision.feeding import ranges
from npucore.vision.feeding.choice import Hint
from npucore.vision.heads.base import Head, Seen, picture
from npucore.vision.heads.kept import objects
from npucore.vision.heads.rows import LETTERBOXED, placed
from npucore.vision.kinds import Answer, Objects

FEWEST_ROWS = 400  # detectors of fewer have queries, not anchors
YOLO_STRIDES = (8, 16, 32)
SSD_STRIDES = (16, 32, 64, 128, 256, 512)
SSD_SCALES = (0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0)
RATIOS = (1.0, 2.0, 0.5, 3.0, 1 / 3)
DET_STRIDES = (8, 16, 32, 64, 128)
DET_SCALES = (1.0, 2 ** (1 / 3), 2 ** (2 / 3))
DET_RATIOS = (1.0, 2.0, 0.5)
THRESHOLD = 0.5
BACKGROUND_FIRST = (2, 21, 91)  # classes of faces, VOC and COCO with a background before them
PIXELS = 5.0  # of coordinates, in the median: more than a raw or relative box has
TOO_LARGE = 1.5  # a corner of a decoded, relative box does not lie so far out


def hint(network: Network) -> Hint:
    """-1..1 for TensorFlow's SSD and UltraFace; 0..1 for YOLO-NAS; EfficientDet ImageNet's."""
    places, frame = _places(network), picture(network)
    if places is not None and frame is not None:
        length = max(network.outputs[places[0]].shape)
        if length == count_cells((frame.height, frame.width), YOLO_STRIDES):
            return LETTERBOXED
        if length == 9 * count_cells((frame.height, frame.width), DET_STRIDES):
            return Hint(ranges.IMAGENET)
    return Hint(ranges.SIGNED)


def _places(network: Network) -> tuple[int, int] | None:
    """Which output has the boxes, which the scores."""
    if len(network.outputs) != 2:
        return None
    shapes = [_flat(tensor.shape) for tensor in network.outputs]
    for boxes, scores in ((0, 1), (1, 0)):
        first, second = shapes[boxes], shapes[scores]
        if first is not None and second is not None and first[0] == second[0] and first[1] == 4:
            return boxes, scores
    return None


def _flat(shape: tuple[int, ...]) -> tuple[int, int] | None:
    """(N, columns) of (1, N, columns), (1, columns, N) and (1, N, 1, columns)."""
    if len(shape) == 4 and shape[2] == 1:
        shape = (shape[0], shape[1], shape[3])
    if len(shape) != 3 or shape[0] != 1:
        return None
    return (max(shape[1:]), min(shape[1:]))


def _rows(values: Floats) -> Floats:
    """(N, columns), whichever axis the rows are."""
    flat: Floats = values.reshape([size for size in values.shape if size != 1] or [1])
    if flat.ndim == 1:
        return flat[:, None]
    return flat if flat.shape[0] >= flat.shape[1] else flat.T


def fits(network: Network) -> bool:
    """Many rows of boxes, and as many of scores."""
    places = _places(network)
    if places is None or picture(network) is None:
        return False
    return max(network.outputs[places[0]].shape) >= FEWEST_ROWS


def read(seen: Seen) -> Answer | None:
    """None for raw boxes of anchors that are not known."""
    if (places := _places(seen.network)) is None:
        return None
    boxes, scores = (_rows(seen.values[place]) for place in places)
    if len(boxes) == count_cells(seen.size, YOLO_STRIDES):
        near = placed(boxes, Cells.of(seen.size, YOLO_STRIDES), seen.size)
        return objects(seen, near, probabilities(scores))
    background = scores.shape[1] in BACKGROUND_FIRST
    sure = _sure(scores, background)
    if (upright := _decoded(boxes, seen.size)) is None and (
        upright := _from_anchors(seen, boxes)
    ) is None:
        return None
    shown = sure[:, 1:] if background else sure
    answer = objects(seen, upright, shown, THRESHOLD)
    return Objects(answer.objects, answer.threshold, _names(shown.shape[1]), answer.total)


def _names(classes: int) -> dict[int, str]:
    return {0: "face"} if classes == 1 else {}


def _sure(scores: Floats, background: bool) -> Floats:
    if scorelike(scores):
        return scores
    return softmax(scores) if background and scores.shape[1] == 2 else sigmoid(scores)


def _decoded(boxes: Floats, size: tuple[int, int]) -> Floats | None:
    """Corners x, y, x, y as ymin, xmin, ymax, xmax, relative; None if they are not that."""
    boxes = relative(boxes[:, [1, 0, 3, 2]], size)[:, [1, 0, 3, 2]] if _large(boxes) else boxes
    ordered = (boxes[:, 2] >= boxes[:, 0]) & (boxes[:, 3] >= boxes[:, 1])
    near = np.abs(boxes - 0.5).max(axis=1) <= TOO_LARGE
    if (ordered & near).mean() < 0.99 or float(np.median(boxes[:, 2] - boxes[:, 0])) <= 0:
        return None
    return boxes[:, [1, 0, 3, 2]]


def _large(boxes: Floats) -> bool:
    """Whether boxes are in pixels: raw ones have extents of some e's at most, and no order."""
    return bool(np.median(np.abs(boxes)) > PIXELS)


def _from_anchors(seen: Seen, boxes: Floats) -> Floats | None:
    """Raw ty, tx, th, tw to ymin, xmin, ymax, xmax."""
    size = seen.size
    if len(boxes) == 9 * count_cells(size, DET_STRIDES):
        return decode(boxes, efficientdet(size), (1.0, 1.0))
    anchors = _ssd(size)
    return decode(boxes, anchors, (10.0, 5.0)) if len(anchors) == len(boxes) else None


def decode(boxes: Floats, anchors: Floats, scale: tuple[float, float]) -> Floats:
    """Boxes ty, tx, th, tw (N, 4), counted from *anchors*, as ymin, xmin, ymax, xmax, relative."""
    y, x, h, w = anchors.T
    ty, tx, th, tw = boxes.T
    middle_y, middle_x = ty / scale[0] * h + y, tx / scale[0] * w + x
    height = np.exp(np.clip(th / scale[1], -20, 20)) * h
    width = np.exp(np.clip(tw / scale[1], -20, 20)) * w
    sides = [middle_y - height / 2, middle_x - width / 2]
    sides += [middle_y + height / 2, middle_x + width / 2]
    return np.stack(sides, axis=1).astype(np.float32)


def _ssd(size: tuple[int, int]) -> Floats:
    """(N, 4) y, x, h, w, relative; the first layer has three a cell, the others six.

    Scales are of the shorter side: an anchor of ratio 1 is a square in any picture.
    """
    shorter, parts = min(size) / np.array(size), []
    for layer, (stride, (scale, following)) in enumerate(
        zip(SSD_STRIDES, pairwise(SSD_SCALES), strict=True)
    ):
        shapes = [(scale, ratio) for ratio in RATIOS] + [((scale * following) ** 0.5, 1.0)]
        if layer == 0:
            shapes = [(0.1, 1.0), (scale, 2.0), (scale, 0.5)]
        rows, columns = (-(-side // stride) for side in size)
        y, x = np.mgrid[0:rows, 0:columns].reshape(2, -1)
        places = np.stack([(y + 0.5) / rows, (x + 0.5) / columns], axis=1)
        extents = np.array([(s / r**0.5, s * r**0.5) for s, r in shapes]) * shorter
        parts.append(_every(places, extents))
    return np.concatenate(parts)


def efficientdet(size: tuple[int, int]) -> Floats:
    """(N, 4) y, x, h, w, relative: nine a cell, octave by octave."""
    parts = []
    for stride in DET_STRIDES:
        cells = Cells.of(size, (stride,))
        places = np.stack([cells.y / size[0], cells.x / size[1]], axis=1)
        side = 4.0 * stride
        extents = [
            (side * s / r**0.5 / size[0], side * s * r**0.5 / size[1])
            for s in DET_SCALES
            for r in DET_RATIOS
        ]
        parts.append(_every(places, np.array(extents)))
    return np.concatenate(parts)


def _every(places: Floats, extents: Floats) -> Floats:
    """Every place with every extent, place by place."""
    first = np.repeat(places, len(extents), axis=0)
    return np.concatenate([first, np.tile(extents, (len(places), 1))], axis=1).astype(np.float32)


HEAD = Head(
    "ssd-boxes",
    "detect",
    "SSD, UltraFace and EfficientDet without postprocessing: (1, N, 4) and (1, N, classes)",
    fits,
    read,
    hint,
)
