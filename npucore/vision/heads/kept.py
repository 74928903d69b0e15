# SPDX-License-Identifier: MIT
"""Which rows of a detector count: their best class, the threshold, and suppression."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from npucore.vision.boxes import Floats, overlaps, suppress
from npucore.vision.detect import Detection, inside
from npucore.vision.heads.base import YOLO_THRESHOLD, Seen
from npucore.vision.kinds import Objects


class Kept(NamedTuple):
    """A row that counts, and what it found."""

    row: int
    class_index: int
    score: float


def kept(
    seen: Seen,
    boxes: Floats,
    scores: Floats,
    usual: float = YOLO_THRESHOLD,
    overlap: Callable[[Floats, Floats], Floats] = overlaps,
) -> Iterator[Kept]:
    """Of (N, 4) *boxes* with (N, classes) *scores*, those that stay, best first.

    Every row competes as its best class.
    """
    if not scores.size:
        return
    classes = scores.argmax(axis=1)
    best = scores[np.arange(len(scores)), classes]
    some = np.flatnonzero(best >= seen.limit(usual))
    for place in suppress(boxes[some], best[some], classes[some], seen.iou, overlap):
        row = int(some[place])
        yield Kept(row, int(classes[row]), float(best[row]))


def objects(seen: Seen, boxes: Floats, scores: Floats, usual: float = YOLO_THRESHOLD) -> Objects:
    """The objects of (N, 4) relative *boxes* ymin, xmin, ymax, xmax with (N, classes) *scores*."""
    found = [
        Detection(index, score, inside(boxes[row]))
        for row, index, score in kept(seen, boxes, scores, usual)
    ]
    return Objects(tuple(found), seen.limit(usual), total=scores.shape[1])
