# SPDX-License-Identifier: MIT
"""YOLOv3, v5 and v7 without their decoding: a map of 3 * (5 + classes) for every stride.

``yolo5-maps`` has v5's anchors and arithmetic, which Ultralytics' YOLOv3 shares. Shapes do not
tell v7 or Darknet's v3 from it: ``yolo7-maps`` and ``yolo3-maps`` are taken if the file's name
says so, or with --head. Sources: ultralytics/yolov5 ``models/yolov5s.yaml`` and ``Detect``;
WongKinYiu/yolov7 ``cfg/deploy/yolov7.yaml``; pjreddie/darknet ``cfg/yolov3.cfg``, ``yolo_layer``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import Cells, Floats, corners, in_pixels, probabilities, sigmoid
from npucore.vision.heads import yolo8_maps
from npucore.vision.heads.base import Head, Seen
from npucore.vision.heads.kept import objects
from npucore.vision.heads.maps import Map, maps_of
from npucore.vision.heads.rows import COCO_CLASSES, hint
from npucore.vision.kinds import Answer

ANCHORS = 3
Sizes = tuple[tuple[int, int], ...]  # width and height of every anchor, in pixels

YOLO5: dict[int, Sizes] = {
    8: ((10, 13), (16, 30), (33, 23)),
    16: ((30, 61), (62, 45), (59, 119)),
    32: ((116, 90), (156, 198), (373, 326)),
}
YOLO7: dict[int, Sizes] = {
    8: ((12, 16), (19, 36), (40, 28)),
    16: ((36, 75), (76, 55), (72, 146)),
    32: ((142, 110), (192, 243), (459, 401)),
}
YOLO3_TINY: dict[int, Sizes] = {
    16: ((10, 14), (23, 27), (37, 58)),
    32: ((81, 82), (135, 169), (344, 319)),
}


def fits(network: Network) -> bool:
    """A map for every stride of some anchors, of three boxes each."""
    if (maps := maps_of(network)) is None or len({one.channels for one in maps}) != 1:
        return False
    strides = [one.stride for one in maps]
    known = strides in (list(YOLO5), list(YOLO3_TINY))
    columns, odd = divmod(maps[0].channels, ANCHORS)
    # a map that YOLOv8 has, though its channels are thrice a number, too
    others = maps[0].channels == yolo8_maps.BINS * 4 + COCO_CLASSES
    return known and not odd and columns > 5 and not others


def said(network: Network, name: str) -> bool:
    """Whether *name* is a part of the file's, whatever stands between its letters."""
    title = getattr(network, "name", "").lower()
    return name in "".join(letter for letter in title if letter.isalnum())


def read(seen: Seen, anchors: dict[int, Sizes], darknet: bool) -> Answer | None:
    """Scores are those of the classes, times the objectness of the box."""
    if (maps := maps_of(seen.network)) is None:
        return None
    sizes = anchors if [one.stride for one in maps] == list(anchors) else YOLO3_TINY
    parts = [_level(seen, one, sizes.get(one.stride, ()), darknet) for one in maps]
    boxes, scores = (np.concatenate(each) for each in zip(*parts, strict=True))
    return objects(seen, boxes / in_pixels(seen.size), scores)


def _level(seen: Seen, one: Map, sizes: Sizes, darknet: bool) -> tuple[Floats, Floats]:
    cells = Cells.of(seen.size, (one.stride,), 0.0)
    rows = one.values(seen).reshape(len(cells.x), ANCHORS, -1)
    anchor = np.array(sizes, np.float32)
    corner = np.stack([cells.x, cells.y], axis=1)[:, None]
    middle, extent = (_darknet if darknet else _ultralytics)(rows)
    middles, extents = middle * one.stride + corner, extent * anchor
    sure = probabilities(rows[..., 4:])
    boxes = corners(np.concatenate([middles, extents], axis=2).reshape(-1, 4))
    scores = sure[..., 1:] * sure[..., :1]
    return boxes, scores.reshape(len(boxes), -1)


def _ultralytics(rows: Floats) -> tuple[Floats, Floats]:
    """Middles in strides from the cell's corner, sizes in anchors."""
    half = probabilities(rows[..., :4]) * 2
    return half[..., :2] - 0.5, half[..., 2:] ** 2


def _darknet(rows: Floats) -> tuple[Floats, Floats]:
    return sigmoid(rows[..., :2]), np.exp(np.clip(rows[..., 2:4], -20, 20))


def _head(name: str, title: str, summary: str, anchors: dict[int, Sizes], darknet: bool) -> Head:
    reader: Callable[[Seen], Answer | None] = partial(read, anchors=anchors, darknet=darknet)
    return Head(name, "detect", summary, fits, reader, hint, partial(said, name=title))


HEADS = (
    _head("yolo7-maps", "yolov7", "YOLOv7 without decoding, with its anchors", YOLO7, False),
    _head("yolo3-maps", "yolov3", "Darknet's YOLOv3 without decoding", YOLO5, True),
    _head("yolo5-maps", "", "YOLOv5 without decoding: maps of 3 * (5 + classes)", YOLO5, False),
)
