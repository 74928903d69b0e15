# SPDX-License-Identifier: MIT
"""TRANSPOSE."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import constant, draw, single, tensor

Rng = np.random.Generator


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=str)
def test_any_order_of_four_axes(rng: Rng, dtype: str, order: tuple[int, ...]) -> None:
    x = tensor((2, 3, 4, 5), dtype)
    output = tensor(tuple(x.shape[axis] for axis in order), dtype)
    assert_equals_litert(single("TRANSPOSE", [x, constant(order)], output), draw(rng, x))


@pytest.mark.parametrize("order", [(1, 0), (2, 0, 1), (4, 2, 0, 1, 3), (0, 2, 1, 3, 5, 4)], ids=str)
def test_any_rank(rng: Rng, order: tuple[int, ...]) -> None:
    x = tensor((5, 4, 3, 4, 5, 6)[: len(order)])
    output = tensor(tuple(x.shape[axis] for axis in order))
    assert_equals_litert(
        single("TRANSPOSE", [x, constant(order)], output), draw(rng, x), distinct=20
    )


def test_a_computed_order_is_refused_by_name(rng: Rng) -> None:
    x, order = tensor((4, 4)), tensor((2,), "int32")
    with pytest.raises(UnsupportedError, match=r"TRANSPOSE.*is computed, not constant"):
        reference(
            single("TRANSPOSE", [x, order], tensor((4, 4))),
            [draw(rng, x), np.array([1, 0], np.int32)],
        )
