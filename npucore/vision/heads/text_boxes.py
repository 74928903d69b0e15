# SPDX-License-Identifier: MIT
"""Where text is: DB's map (1, 1, H, W) of how likely a pixel is within a (shrunken) line.

Connected pixels above 0.3 become the smallest turned box around them, which is grown by 1.5 times
its area over its circumference. Source: PaddleOCR ``db_postprocess.py`` and its configuration.
"""

from __future__ import annotations

import numpy as np

from npucore.graph import Network
from npucore.tensor import Array
from npucore.vision.boxes import Floats
from npucore.vision.detect import Detection, inside
from npucore.vision.feeding import ranges
from npucore.vision.feeding.choice import Hint
from npucore.vision.heads.base import Head, Seen, is_paddles, picture
from npucore.vision.heads.regions import regions, smallest_box
from npucore.vision.kinds import Answer, Objects

PIXEL = 0.3  # the score from which a pixel is text
THRESHOLD = 0.6  # of a box: the mean of its pixels
GROWTH = 1.5
SMALLEST = 3  # pixels of the shorter side
HINT = Hint(ranges.IMAGENET, bgr=True)


def hint(network: Network) -> Hint:
    """ImageNet's mean and deviation, on BGR as PaddleOCR has it."""
    return HINT


def fits(network: Network) -> bool:
    """One map as large as the picture."""
    frame = picture(network)
    if frame is None or len(network.outputs) != 1 or not frame.channels_first:
        return False
    return network.outputs[0].shape == (1, 1, frame.height, frame.width)


def read(seen: Seen) -> Answer | None:
    """Boxes of text, turned as it is."""
    score = seen.values[0].reshape(seen.values[0].shape[-2:])
    limit, found = seen.limit(THRESHOLD), []
    for pixels in regions(score >= PIXEL):
        sure = float(score[pixels[:, 0], pixels[:, 1]].mean())
        if sure >= limit and (one := _box(pixels, sure, score.shape)) is not None:
            found.append(one)
    found.sort(key=lambda one: (one.box[0], one.box[1]))  # as it is read
    return Objects(tuple(found), limit, names={0: "text"}, total=1)


def _box(pixels: Array, score: float, size: tuple[int, ...]) -> Detection | None:
    corners = smallest_box(pixels)
    sides = np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[2] - corners[1]))
    if min(sides) < SMALLEST:
        return None
    grown = _grown(corners, sides, GROWTH * sides[0] * sides[1] / (2 * sum(sides)))
    points = np.clip(grown / np.array(size), 0, 1)
    box = inside(np.concatenate([points.min(axis=0), points.max(axis=0)]))
    return Detection(0, score, box, corners=tuple((float(y), float(x)) for y, x in points))


def _grown(corners: Floats, sides: tuple[float, float], by: float) -> Floats:
    """Every side moved outwards."""
    along = (corners[1] - corners[0]) / sides[0] * by
    down = (corners[2] - corners[1]) / sides[1] * by
    grown: Floats = corners + np.stack([-along - down, along - down, along + down, down - along])
    return grown


HEAD = Head(
    "text-boxes",
    "detect",
    "where text is (PP-OCR's DB): (1, 1, H, W), taken unnamed if Paddle wrote it",
    fits,
    read,
    hint,
    is_paddles,
)
