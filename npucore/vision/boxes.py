# SPDX-License-Identifier: MIT
"""Many boxes at once: their forms, overlaps, and the cells that a detector's rows stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

IOU_THRESHOLD = 0.45  # Ultralytics' default
MOST_CANDIDATES = 30_000  # likewise: best first, the others are never looked at
MOST_DETECTIONS = 300
TOLERANCE = 0.05  # of scores: a zero point need not stand for a true zero
LARGEST_RELATIVE_SIZE = 2.0  # a box this much wider or higher than the image is one in pixels

Floats = npt.NDArray[Any]  # of whatever precision numpy's arithmetic leaves
Integers = npt.NDArray[np.intp]


def corners(centres: Floats) -> Floats:
    """(N, 4) centre x, centre y, width, height -> (N, 4) ymin, xmin, ymax, xmax."""
    x, y, w, h = centres[:, :4].T
    return np.stack([y - h / 2, x - w / 2, y + h / 2, x + w / 2], axis=1)


def in_pixels(size: tuple[int, int]) -> Floats:
    """Of a picture of *size* (height, width), as a box: divide by it what is in pixels.

    >>> np.array([16, 24, 32, 96]) / in_pixels((64, 96))
    array([0.25, 0.25, 0.5 , 1.  ])
    """
    return np.array([*size, *size], np.float32)


def relative(boxes: Floats, size: tuple[int, int]) -> Floats:
    """(N, 4) ymin, xmin, ymax, xmax, divided by *size* (height, width) if they are in pixels."""
    large = boxes.size and boxes.max() > LARGEST_RELATIVE_SIZE
    return boxes / in_pixels(size) if large else boxes


def overlaps(box: Floats, boxes: Floats) -> Floats:
    """Intersection over union of *box* with each of (N, 4) *boxes*.

    >>> overlaps(np.float32([0, 0, 1, 1]), np.float32([[0, 0, 1, 1], [0, 0.5, 1, 1.5]]))
    array([1.        , 0.33333334], dtype=float32)
    """
    top_left = np.maximum(box[:2], boxes[:, :2])
    bottom_right = np.minimum(box[2:], boxes[:, 2:])
    shared = np.prod(np.maximum(bottom_right - top_left, 0), axis=1)
    area, areas = np.prod(box[2:] - box[:2]), np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    union: Floats = area + areas - shared
    ratio: Floats = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return ratio


def suppress(
    boxes: Floats,
    scores: Floats,
    classes: Integers,
    limit: float,
    overlap: Callable[[Floats, Floats], Floats] = overlaps,
) -> list[int]:
    """Positions of at most 300 boxes to keep, best first; each class is suppressed by itself.

    A box goes if *overlap* of it with a better one is more than *limit*.
    """
    order = np.argsort(-scores, kind="stable")[:MOST_CANDIDATES]
    boxes, classes = boxes[order], classes[order]
    alive = np.ones(len(order), bool)
    kept: list[int] = []
    for i in range(len(order)):
        if len(kept) == MOST_DETECTIONS:
            break
        if alive[i]:
            kept.append(int(order[i]))
            alive &= (classes != classes[i]) | (overlap(boxes[i], boxes) <= limit)
    return kept


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The places of a detector's rows, in pixels of the network's picture."""

    y: Floats  # (N,) of the middle
    x: Floats
    stride: Floats

    @classmethod
    def of(cls, size: tuple[int, int], strides: Sequence[int], offset: float = 0.5) -> Cells:
        """Row by row of every stride's map, which has a cell for each *stride* pixels begun."""
        parts = []
        for stride in strides:
            rows, columns = (-(-side // stride) for side in size)
            y, x = np.mgrid[0:rows, 0:columns].reshape(2, -1) + offset
            parts.append(np.stack([y * stride, x * stride, np.full(y.shape, stride)]))
        y, x, stride_of = np.concatenate(parts, axis=1).astype(np.float32)
        return cls(y, x, stride_of)


def around(cells: Cells, sides: Floats, bins: int = 1) -> Floats:
    """(N, 4) ymin, xmin, ymax, xmax in pixels, from distances to the middles of *cells*.

    Distances (N, 4) are to the left, top, right and bottom, in strides; or (N, 4 * bins) are four
    distributions over 0, 1, 2, ..., whose means they are.
    """
    if bins > 1:
        sides = softmax(sides.reshape(-1, 4, bins)) @ np.arange(bins, dtype=np.float32)
    left, top, right, bottom = (sides * cells.stride[:, None]).T
    edges = [cells.y - top, cells.x - left, cells.y + bottom, cells.x + right]
    return np.stack(edges, axis=1).astype(np.float32)


def count_cells(size: tuple[int, int], strides: Sequence[int]) -> int:
    """How many cells there are at all *strides* together."""
    return sum(-(-size[0] // stride) * -(-size[1] // stride) for stride in strides)


def sigmoid(values: Floats) -> Floats:
    """``1 / (1 + exp(-values))``."""
    clipped = np.clip(values, -80, 80)
    result: Floats = 1 / (1 + np.exp(-clipped))
    return result


def softmax(values: Floats) -> Floats:
    """Along the last axis."""
    shifted = np.exp(values - values.max(axis=-1, keepdims=True))
    result: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def probabilities(values: Floats) -> Floats:
    """Scores as they are if all lie from 0 to 1, through a sigmoid otherwise."""
    return values if scorelike(values) else sigmoid(values)


def scorelike(values: Floats) -> bool:
    """Whether all *values* may be scores from 0 to 1, stored in integers or not."""
    return not values.size or bool(values.min() >= -TOLERANCE and values.max() <= 1 + TOLERANCE)
