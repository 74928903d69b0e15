# SPDX-License-Identifier: MIT
"""Objects and where they are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from npucore.tensor import Array
from npucore.vision.feeding.placement import Placement, Point
from npucore.vision.maps import on_photo

SCORE_THRESHOLD = 0.5

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """A named place on an object; relative to the image as boxes are."""

    y: float
    x: float
    score: float  # 1 where the network gives none


@dataclass(frozen=True, slots=True)
class Detection:
    """An object in an image.

    *points* are its key points in the order of the network, *corners* four of a box that is
    turned, *mask* a map of booleans over the whole image.
    """

    index: int  # of its class
    score: float
    box: Box  # ymin, xmin, ymax, xmax; relative to the image, 0 to 1
    points: tuple[KeyPoint, ...] = ()
    corners: tuple[Point, ...] = ()
    mask: Array | None = field(default=None, compare=False, repr=False)

    def moved(self, place: Placement) -> Detection:
        """The same on the photo that lies at *place* in the network's picture."""
        top, left = place.on_photo((self.box[0], self.box[1]))
        bottom, right = place.on_photo((self.box[2], self.box[3]))
        points = [(place.on_photo((p.y, p.x)), p.score) for p in self.points]
        return replace(
            self,
            box=inside(np.array([top, left, bottom, right])),
            points=tuple(KeyPoint(y, x, score) for (y, x), score in points),
            corners=tuple(place.on_photo(corner) for corner in self.corners),
            mask=None if self.mask is None else on_photo(self.mask, place, 0),
        )


def inside(box: Array) -> Box:
    """What of *box* lies in the image."""
    ymin, xmin, ymax, xmax = np.clip(box.astype(np.float64), 0.0, 1.0).tolist()
    return ymin, xmin, ymax, xmax
