# SPDX-License-Identifier: MIT
"""EfficientDet without postprocessing, as maps: 9 * 4 and 9 * classes channels at five strides.

Source: google/automl ``efficientdet/tf2``; anchors as in `ssd_boxes`.
"""

from __future__ import annotations

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import probabilities
from npucore.vision.feeding import ranges
from npucore.vision.feeding.choice import Hint
from npucore.vision.heads.base import Head, Seen
from npucore.vision.heads.kept import objects
from npucore.vision.heads.maps import Map, by_stride, maps_of
from npucore.vision.heads.ssd_boxes import DET_STRIDES, THRESHOLD, decode, efficientdet
from npucore.vision.kinds import Answer

ANCHORS = 9
BOXES = ANCHORS * 4
HINT = Hint(ranges.IMAGENET)


def hint(network: Network) -> Hint:
    """ImageNet's mean and deviation."""
    return HINT


def _levels(network: Network) -> list[tuple[Map, Map]] | None:
    """The maps of boxes and of scores of every stride."""
    if (maps := maps_of(network)) is None:
        return None
    levels = by_stride(maps)
    if tuple(levels) != DET_STRIDES:
        return None
    found = []
    for level in levels.values():
        boxes = [one for one in level if one.channels == BOXES]
        scores = [one for one in level if one.channels != BOXES and one.channels % ANCHORS == 0]
        if len(level) != 2 or len(boxes) != 1 or len(scores) != 1:
            return None
        found.append((boxes[0], scores[0]))
    return found


def fits(network: Network) -> bool:
    """Both maps at every one of the five strides."""
    return _levels(network) is not None


def read(seen: Seen) -> Answer | None:
    """Scores are logits."""
    if (levels := _levels(seen.network)) is None:
        return None
    boxes = np.concatenate([one.values(seen).reshape(-1, 4) for one, _ in levels])
    parts = [one.values(seen).reshape(-1, one.channels // ANCHORS) for _, one in levels]
    upright = decode(boxes, efficientdet(seen.size), (1.0, 1.0))
    return objects(seen, upright, probabilities(np.concatenate(parts)), THRESHOLD)


HEAD = Head(
    "efficientdet-maps",
    "detect",
    "EfficientDet without postprocessing: maps of 9 * 4 and 9 * classes at five strides",
    fits,
    read,
    hint,
)
