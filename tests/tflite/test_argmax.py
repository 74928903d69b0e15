# SPDX-License-Identifier: MIT
"""ARG_MAX."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import constant, draw, single, tensor

Rng = np.random.Generator


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32"])
@pytest.mark.parametrize("indices", ["int32", "int64"])
@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_the_first_of_the_largest_is_chosen(rng: Rng, dtype: str, indices: str, axis: int) -> None:
    x = tensor((40, 41, 42), dtype)
    shape = list(x.shape)
    shape.pop(axis)
    options = {"outputType": 2 if indices == "int32" else 4}
    model = single("ARG_MAX", [x, constant(axis)], tensor(tuple(shape), indices), **options)
    assert_equals_litert(model, draw(rng, x))


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_ties_go_to_the_first(rng: Rng, dtype: str) -> None:
    x = tensor((4, 60), dtype)
    model = single("ARG_MAX", [x, constant([1])], tensor((4,), "int64"), outputType=4)
    assert_equals_litert(model, rng.integers(0, 3, x.shape).astype(dtype))


def test_indices_of_bytes_are_refused_by_name(rng: Rng) -> None:
    x = tensor((3, 4))
    with pytest.raises(UnsupportedError, match=r"argmax .*indices of int8"):
        reference(single("ARG_MAX", [x, constant([1])], tensor((3,))), [draw(rng, x)])


def test_a_computed_axis_is_refused_by_name(rng: Rng) -> None:
    x, axis = tensor((3, 4)), tensor((1,), "int32")
    with pytest.raises(UnsupportedError, match=r"ARG_MAX.*is computed, not constant"):
        reference(
            single("ARG_MAX", [x, axis], tensor((3,), "int32")),
            [draw(rng, x), np.array([1], np.int32)],
        )
