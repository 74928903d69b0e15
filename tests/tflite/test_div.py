# SPDX-License-Identifier: MIT
"""DIV."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, litert, reference
from tests.material.tflite.write import ACTIVATIONS, constant, draw, single, tensor

Rng = np.random.Generator


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_floats_equal_litert(rng: Rng, activation: str) -> None:
    a, b, output = (tensor((3, 40), "float32") for _ in range(3))
    options = {"fusedActivationFunction": ACTIVATIONS[activation]}
    assert_equals_litert(single("DIV", [a, b], output, **options), draw(rng, a), draw(rng, b))


@pytest.mark.parametrize("shape", [(5,), (1, 3, 1, 5), ()], ids=["channels", "middle", "scalar"])
def test_the_smaller_operand_is_broadcast(rng: Rng, shape: tuple[int, ...]) -> None:
    a, output = tensor((2, 3, 4, 5), "float32"), tensor((2, 3, 4, 5), "float32")
    b = constant(rng.uniform(1, 2, shape), np.float32)
    assert_equals_litert(single("DIV", [a, b], output), draw(rng, a))


def test_a_division_by_zero_gives_the_largest_float() -> None:
    a, b, output = (tensor((4,), "float32") for _ in range(3))
    x, y = np.array([[1, -1, 0, 5], [0, 0, 0, -0.0]], np.float32)
    assert_equals_litert(single("DIV", [a, b], output), x, y)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32"])
def test_integers_are_refused_by_name(dtype: str) -> None:
    a, b, output = (tensor((3, 4), dtype) for _ in range(3))
    model, ones = single("DIV", [a, b], output), np.ones((3, 4), dtype)
    assert litert(model, [ones, ones])
    with pytest.raises(UnsupportedError, match=rf"div of {dtype}"):
        reference(model, [ones, ones])
