# SPDX-License-Identifier: MIT
"""Maps over the network's picture as maps over the photo."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.vision.feeding.placement import Placement
from npucore.vision.maps import on_photo

MAP = np.arange(1, 9).reshape(2, 4)
OUTSIDE = 0


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        (Placement(0, 0.25, 1, 0.75), [[2, 3], [6, 7]]),
        (Placement(-0.5, 0, 1, 0.5), [[0, 0], [1, 2], [5, 6]]),
        (Placement(0.5, 0.5, 1.5, 1.25), [[7, 8, 0], [0, 0, 0]]),
        (Placement(0, -0.25, 0.5, 0.25), [[0, 1]]),
        (Placement(1, 0, 1.5, 0.5), [[0, 0]]),
        (Placement(-1, -1, -0.5, -0.75), [[0]]),
        (Placement(0, -0.75, 1, -0.25), [[0, 0], [0, 0]]),
        (Placement(0.5, 0.5, 0.5, 0.5), [[7]]),
    ],
    ids=[
        "inside",
        "above",
        "below and right",
        "left",
        "all below",
        "all above",
        "all left",
        "no extent",
    ],
)
def test_what_the_map_does_not_have_is_outside(place: Placement, wanted: list[list[int]]) -> None:
    assert on_photo(MAP, place, OUTSIDE).tolist() == wanted
