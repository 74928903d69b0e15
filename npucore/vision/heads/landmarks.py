# SPDX-License-Identifier: MIT
"""MediaPipe's landmarks: many points of the one body, hand or face that fills the picture.

BlazePose (1, 195): 39 points of x, y, z, visibility and presence, of which the first 33 are the
body's; hands (1, 63) and faces (1, 1404) of x, y and z; coordinates in pixels. Another output has
how sure it is. Source: MediaPipe's ``pose_landmarks``, ``hand_landmarks`` and ``face_landmarks``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import probabilities, sigmoid
from npucore.vision.detect import Detection, KeyPoint, inside
from npucore.vision.feeding import ranges
from npucore.vision.feeding.choice import Hint
from npucore.vision.feeding.feed import Resize
from npucore.vision.heads import skeleton
from npucore.vision.heads.base import Head, Seen, picture
from npucore.vision.kinds import Answer, Objects

HINT = Hint(ranges.UNIT, resize=Resize.LETTERBOX, border=0)


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of object with so many points, of which some are shown."""

    name: str
    points: int
    values: int  # of every point
    shown: int
    names: Sequence[str] = ()
    lines: Sequence[tuple[int, int]] = ()


THINGS = (
    Thing("person", 39, 5, 33, skeleton.BLAZEPOSE_POINTS, skeleton.BLAZEPOSE_LINES),
    Thing("hand", 21, 3, 21, skeleton.HAND_POINTS, skeleton.HAND_LINES),
    Thing("face", 468, 3, 468),
    Thing("face", 478, 3, 478),
)


def hint(network: Network) -> Hint:
    """0..1, black borders."""
    return HINT


def _thing(network: Network) -> tuple[int, Thing] | None:
    """The first output of whole points, and whose they are."""
    for place, tensor in enumerate(network.outputs):
        for thing in THINGS:
            if tensor.elements == thing.points * thing.values == max(tensor.shape):
                return place, thing
    return None


def fits(network: Network) -> bool:
    """Points, and beside them a score."""
    scored = any(tensor.elements == 1 for tensor in network.outputs)
    return picture(network) is not None and scored and _thing(network) is not None


def read(seen: Seen) -> Answer | None:
    """One thing, or none below the threshold."""
    if (found := _thing(seen.network)) is None:
        return None
    place, thing = found
    height, width = seen.size
    values = seen.values[place].reshape(thing.points, thing.values)[: thing.shown]
    y, x = values[:, 1] / height, values[:, 0] / width
    sure = sigmoid(values[:, 3]) if thing.values > 3 else np.ones(len(values), np.float32)
    flag = next(v for v in seen.values if v.size == 1)
    score, limit = float(probabilities(flag).ravel()[0]), seen.limit()
    points = tuple(KeyPoint(*map(float, point)) for point in zip(y, x, sure, strict=True))
    box = inside(np.array([y.min(), x.min(), y.max(), x.max()]))
    one = Detection(0, score, box, points)
    kept = (one,) if score >= limit else ()
    return Objects(kept, limit, {0: thing.name}, 1, thing.names, thing.lines)


HEAD = Head(
    "landmarks",
    "pose",
    "MediaPipe's landmarks of a body (BlazePose), a hand or a face",
    fits,
    read,
    hint,
)
