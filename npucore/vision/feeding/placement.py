# SPDX-License-Identifier: MIT
"""Where a photo lies in the picture that a network sees."""

from __future__ import annotations

from typing import NamedTuple

Point = tuple[float, float]  # y, x


class Placement(NamedTuple):
    """The photo's edges in the network's picture, whose own are 0 and 1.

    A photo with borders around it lies inside, one that was cropped reaches beyond.

    >>> Placement(0.25, 0.0, 0.75, 1.0).on_photo((0.5, 0.5))
    (0.5, 0.5)
    >>> Placement(0.25, 0.0, 0.75, 1.0).on_photo((0.25, 1.0))
    (0.0, 1.0)
    """

    top: float
    left: float
    bottom: float
    right: float

    def on_photo(self, point: Point) -> Point:
        """A place (y, x) in the network's picture as one on the photo, both relative."""
        y, x = point
        return (
            (y - self.top) / (self.bottom - self.top),
            (x - self.left) / (self.right - self.left),
        )


WHOLE = Placement(0.0, 0.0, 1.0, 1.0)
