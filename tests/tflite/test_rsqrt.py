# SPDX-License-Identifier: MIT
"""RSQRT."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, litert, reference
from tests.material.tflite.write import draw, single, tensor

Rng = np.random.Generator


def test_floats_equal_litert(rng: Rng) -> None:
    x = tensor((3, 40), "float32")
    model = single("RSQRT", [x], tensor((3, 40), "float32"))
    assert_equals_litert(model, np.abs(draw(rng, x)) + np.float32(0.001))


def test_zero_gives_infinity() -> None:
    model = single("RSQRT", [tensor((2,), "float32")], tensor((2,), "float32"))
    assert_equals_litert(model, np.array([0, 4], np.float32))


def test_bytes_are_refused_by_name() -> None:
    x, output = tensor((3, 4), "int8", 0.1, -128), tensor((3, 4), "int8", 0.1, -128)
    model, ones = single("RSQRT", [x], output), np.ones((3, 4), np.int8)
    assert litert(model, [ones])
    with pytest.raises(UnsupportedError, match="rsqrt of int8, int8"):
        reference(model, [ones])
