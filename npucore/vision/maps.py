# SPDX-License-Identifier: MIT
"""Maps over a network's picture -> maps over the photo that lies in it."""

from __future__ import annotations

import numpy as np

from npucore.tensor import Array
from npucore.vision.feeding.placement import Placement


def on_photo(values: Array, place: Placement, outside: float) -> Array:
    """The part of an (H, W) map that lies on the photo; *outside* where the photo goes beyond it.

    >>> on_photo(np.array([[0, 0], [1, 2]]), Placement(0.5, 0.0, 1.0, 1.0), 0)
    array([[1, 2]])
    """
    height, width = values.shape
    top, bottom = round(place.top * height), round(place.bottom * height)
    left, right = round(place.left * width), round(place.right * width)
    bottom, right = max(bottom, top + 1), max(right, left + 1)
    found = np.full((bottom - top, right - left), outside, values.dtype)
    y0, y1 = max(top, 0), min(bottom, height)
    x0, x1 = max(left, 0), min(right, width)
    if y0 < y1 and x0 < x1:
        found[y0 - top : y1 - top, x0 - left : x1 - left] = values[y0:y1, x0:x1]
    return found
