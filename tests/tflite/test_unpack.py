# SPDX-License-Identifier: MIT
"""UNPACK."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import InvalidModelError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import draw, single, tensor

Rng = np.random.Generator


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32"])
@pytest.mark.parametrize("axis", [0, 1, 2, 3, -1, -3])
def test_any_axis(rng: Rng, dtype: str, axis: int) -> None:
    x = tensor((2, 4, 5, 6), dtype)
    shape = [*x.shape]
    count = shape.pop(axis)
    results = [tensor(tuple(shape), dtype) for _ in range(count)]
    assert_equals_litert(single("UNPACK", [x], *results, num=count, axis=axis), draw(rng, x))


def test_another_number_of_results_is_an_invalid_model(rng: Rng) -> None:
    x, results = tensor((3, 4)), [tensor((4,)), tensor((4,))]
    with pytest.raises(InvalidModelError, match=r"unpack .*2 results out of 3"):
        reference(single("UNPACK", [x], *results, num=2, axis=0), [draw(rng, x)])
