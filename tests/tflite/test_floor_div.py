# SPDX-License-Identifier: MIT
"""FLOOR_DIV."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, litert, reference
from tests.material.tflite.write import draw, single, tensor

Rng = np.random.Generator


@pytest.mark.parametrize("dtype", ["float32", "int32"])
@pytest.mark.parametrize("shape", [(20,), (3, 1), (3, 20)])
def test_quotients_are_rounded_down(rng: Rng, dtype: str, shape: tuple[int, ...]) -> None:
    a, b, output = tensor((3, 20), dtype), tensor(shape, dtype), tensor((3, 20), dtype)
    x, y = draw(rng, a) * 100, draw(rng, b)
    y[y == 0] = 1
    assert_equals_litert(single("FLOOR_DIV", [a, b], output), x, y, distinct=15)


def test_exact_quotients_stay() -> None:
    a, b, output = (tensor((6,), "int32") for _ in range(3))
    x, y = np.array([[6, -6, 7, -7, 0, -1], [3, 3, -2, -2, -5, 1000]], np.int32)
    assert_equals_litert(single("FLOOR_DIV", [a, b], output), x, y)


def test_bytes_are_refused_by_name() -> None:
    a, b, output = (tensor((3, 4), "int8") for _ in range(3))
    model, ones = single("FLOOR_DIV", [a, b], output), np.ones((3, 4), np.int8)
    assert litert(model, [ones, ones])
    with pytest.raises(UnsupportedError, match="floor_div of int8"):
        reference(model, [ones, ones])
