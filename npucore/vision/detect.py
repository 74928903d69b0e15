# SPDX-License-Identifier: MIT
"""Objects and where they are, from the results of a `DetectionPostprocess`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from npucore.tensor import Array

SCORE_THRESHOLD = 0.5

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Detection:
    """An object in an image."""

    index: int  # of its class
    score: float
    box: Box  # ymin, xmin, ymax, xmax; relative to the image, 0 to 1


def detections(results: Sequence[Array], threshold: float = SCORE_THRESHOLD) -> list[Detection]:
    """Objects of a score of at least *threshold*, best first.

    *results* are boxes (1, D, 4), classes (1, D), scores (1, D) and their count (1,), as
    `npucore.ops.DetectionPostprocess` returns them.
    """
    boxes, classes, scores, count = results
    found = [
        Detection(int(index), float(score), inside(box))
        for box, index, score in zip(boxes[0], classes[0], scores[0], strict=True)
    ][: int(count.ravel()[0])]
    kept = [detection for detection in found if detection.score >= threshold]
    return sorted(kept, key=lambda detection: -detection.score)


def inside(box: Array) -> Box:
    """What of *box* lies in the image."""
    ymin, xmin, ymax, xmax = np.clip(box.astype(np.float64), 0.0, 1.0).tolist()
    return ymin, xmin, ymax, xmax
