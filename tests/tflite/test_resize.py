# SPDX-License-Identifier: MIT
"""RESIZE_NEAREST_NEIGHBOR."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import constant, draw, single, tensor

Rng = np.random.Generator

SIZES = ["4x5-8x10", "4x5-3x7", "7x3-13x11", "10x10-20x20", "19x33-57x99", "3x8-1x1", "1x1-5x4"]
SIZES += ["4x5-4x5", "20x20-7x7", "5x1-9x1", "2x2-1x9"]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(
    ("corners", "half_pixel"),
    [(False, False), (True, False), (False, True), (True, True)],
    ids=["plain", "corners", "half-pixel", "both"],
)
def test_places_are_those_of_litert(
    rng: Rng, dtype: str, sizes: str, corners: bool, half_pixel: bool
) -> None:
    (h, w), (rows, columns) = (map(int, size.split("x")) for size in sizes.split("-"))
    x, output = tensor((2, h, w, 33), dtype), tensor((2, rows, columns, 33), dtype)
    options = {"alignCorners": corners, "halfPixelCenters": half_pixel}
    model = single("RESIZE_NEAREST_NEIGHBOR", [x, constant([rows, columns])], output, **options)
    assert_equals_litert(model, draw(rng, x))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("channels", [1, 3, 5, 40, 65])
def test_any_number_of_channels(rng: Rng, dtype: str, channels: int) -> None:
    x, output = tensor((2, 6, 7, channels), dtype), tensor((2, 9, 15, channels), dtype)
    assert_equals_litert(
        single("RESIZE_NEAREST_NEIGHBOR", [x, constant([9, 15])], output), draw(rng, x)
    )


def test_a_computed_size_is_refused_by_name(rng: Rng) -> None:
    x, size = tensor((1, 2, 2, 3)), tensor((2,), "int32")
    model = single("RESIZE_NEAREST_NEIGHBOR", [x, size], tensor((1, 4, 4, 3)))
    with pytest.raises(
        UnsupportedError, match=r"RESIZE_NEAREST_NEIGHBOR.*is computed, not constant"
    ):
        reference(model, [draw(rng, x), np.array([4, 4], np.int32)])
