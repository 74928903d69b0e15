# SPDX-License-Identifier: MIT
"""MoveNet: (1, 1, 17, 3) y, x and score of one person's points, or (1, 6, 56) of six people.

Everything is relative to the picture, which is fed with black borders; pixels go in as they are.
Source: TensorFlow Hub's pages of movenet/singlepose and movenet/multipose.
"""

from __future__ import annotations

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import Floats
from npucore.vision.detect import Detection, KeyPoint, inside
from npucore.vision.feeding import ranges
from npucore.vision.feeding.choice import Hint
from npucore.vision.feeding.feed import Resize
from npucore.vision.heads.base import Head, Seen, picture
from npucore.vision.heads.skeleton import COCO_LINES, COCO_POINTS
from npucore.vision.kinds import Answer, Objects

ONE, MANY = (1, 1, 17, 3), (1, 6, 56)
THRESHOLD = 0.25  # of a person, whose score is the mean of the points'
SURE = 0.3  # of a point that a box goes around
HINT = Hint(ranges.BYTE, resize=Resize.LETTERBOX, border=0)


def hint(network: Network) -> Hint:
    """0..255, black borders."""
    return HINT


def fits(network: Network) -> bool:
    """One of the two shapes, and a picture that goes in."""
    shapes = [tensor.shape for tensor in network.outputs]
    return picture(network) is not None and shapes in ([ONE], [MANY])


def read(seen: Seen) -> Answer | None:
    """People of at least the threshold."""
    values, limit = seen.values[0], seen.limit(THRESHOLD)
    found = [_one(values[0, 0])] if values.ndim == 4 else [_of_six(row) for row in values[0]]
    kept = sorted((p for p in found if p.score >= limit), key=lambda p: -p.score)
    return Objects(
        tuple(kept),
        limit,
        names={0: "person"},
        total=1,
        point_names=COCO_POINTS,
        lines=COCO_LINES,
    )


def _points(values: Floats) -> tuple[KeyPoint, ...]:
    return tuple(KeyPoint(float(y), float(x), float(score)) for y, x, score in values)


def _one(values: Floats) -> Detection:
    """The box goes around the points that are sure, or all."""
    some = values[values[:, 2] >= SURE]
    some = some if len(some) else values
    box = np.concatenate([some[:, :2].min(axis=0), some[:, :2].max(axis=0)])
    return Detection(0, float(values[:, 2].mean()), inside(box), _points(values))


def _of_six(row: Floats) -> Detection:
    return Detection(0, float(row[55]), inside(row[51:55]), _points(row[:51].reshape(17, 3)))


HEAD = Head(
    "movenet",
    "pose",
    "MoveNet: 17 key points of one person or of six",
    fits,
    read,
    hint,
)
