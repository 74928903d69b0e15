# SPDX-License-Identifier: MIT
"""YOLOv6 and v8 to v12 without their decoding: maps of distances and of scores at every stride.

A stride has a map of boxes and one of scores (and perhaps of their sums, which is not needed), or
one map of both. Boxes are distances to the left, top, right and bottom of the cell's middle, in
strides: four of them (v6), or four distributions over 0, 1, 2, ... (v8, 16 bins each). Scores are
logits or went through a sigmoid: the numbers tell. YOLOX has one map of offsets, an objectness
and scores. Sources: Ultralytics' Detect head, rknn_model_zoo's exports, Megvii's YOLOX.
"""

from __future__ import annotations

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import Cells, Floats, around, corners, in_pixels, probabilities, scorelike
from npucore.vision.heads import yolox
from npucore.vision.heads.base import Head, Seen
from npucore.vision.heads.kept import objects
from npucore.vision.heads.maps import Map, by_stride, maps_of
from npucore.vision.heads.rows import hint
from npucore.vision.kinds import Answer

BINS = 16
SIDES = (1, 8, 16, 17)  # values for each of four distances; YOLOv6 has 17 bins
FEWEST_LEVELS = 2


def fits(network: Network) -> bool:
    """Every stride has the same maps: one, or two or three of which the first are boxes."""
    if (maps := maps_of(network)) is None:
        return False
    levels = [[one.channels for one in level] for level in by_stride(maps).values()]
    if len(levels) < FEWEST_LEVELS or any(level != levels[0] for level in levels):
        return False
    first, *others = levels[0]
    if not others:
        return first > 5
    sums = others[1:] in ([], [1])
    return first // 4 in SIDES and first % 4 == 0 and sums


def read(seen: Seen) -> Answer | None:
    """None for one map whose channels are neither distributions and scores nor YOLOX's."""
    if (maps := maps_of(seen.network)) is None:
        return None
    parts = [_level(seen, level) for level in by_stride(maps).values()]
    found = [part for part in parts if part is not None]
    if not found or len(found) < len(parts):
        return None
    boxes, scores = (np.concatenate(each) for each in zip(*found, strict=True))
    return objects(seen, boxes / in_pixels(seen.size), scores)


def _level(seen: Seen, level: list[Map]) -> tuple[Floats, Floats] | None:
    """(N, 4) ymin, xmin, ymax, xmax in pixels and (N, classes) scores of a stride."""
    cells = Cells.of(seen.size, (level[0].stride,))
    first = level[0].values(seen)
    if len(level) > 1:
        return around(cells, first, first.shape[1] // 4), probabilities(level[1].values(seen))
    if scorelike(first[:, 4:]) and first[:, 4:].shape[1] > 1:
        boxes = corners(yolox.from_cells(first[:, :4], cells))
        return boxes, first[:, 5:] * first[:, 4:5]
    if first.shape[1] > 4 * BINS:
        return around(cells, first[:, : 4 * BINS], BINS), probabilities(first[:, 4 * BINS :])
    return None


HEAD = Head(
    "yolo8-maps",
    "detect",
    "YOLOv6, v8 to v12 and YOLOX without decoding: maps of distances and scores per stride",
    fits,
    read,
    hint,
)
