# SPDX-License-Identifier: MIT
"""SOFTMAX."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import TensorSpec, draw, single, tensor

Rng = np.random.Generator


def softmax(
    dtype: str, shape: tuple[int, ...], scale: float = 0.1, beta: float = 1.0
) -> tuple[bytes, TensorSpec]:
    """A model and its input."""
    x = tensor(shape, dtype, scale, 5)
    return single("SOFTMAX", [x], tensor(shape, dtype, 1 / 256, -128), beta=beta), x


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("shape", [(9, 40), (3, 5, 33), (2, 3, 4, 5), (1, 501), (65, 2), (4, 1)])
def test_any_shape(rng: Rng, dtype: str, shape: tuple[int, ...]) -> None:
    model, x = softmax(dtype, shape, 0.02 if shape[-1] < 50 else 0.1)
    assert_equals_litert(model, draw(rng, x), distinct=10)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("scale", [0.0001, 0.001, 0.0471, 0.166099, 0.5, 2.0, 10.0])
@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0, 10.0])
def test_any_scale_and_beta(rng: Rng, dtype: str, scale: float, beta: float) -> None:
    model, x = softmax(dtype, (200, 3), scale, beta)
    assert_equals_litert(model, draw(rng, x), distinct=2)


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
def test_values_close_together(rng: Rng, dtype: str) -> None:
    model, x = softmax(dtype, (400, 5), 0.1)
    assert_equals_litert(model, rng.integers(0, 30, x.shape).astype(dtype))


@pytest.mark.parametrize("output", [(1 / 128, -128), (1 / 256, 0)], ids=["scale", "zero-point"])
def test_another_quantization_of_the_output_is_refused_by_name(
    rng: Rng, output: tuple[float, int]
) -> None:
    x = tensor((3, 4))
    with pytest.raises(UnsupportedError, match=r"softmax .*an output (scale|zero point) of"):
        reference(single("SOFTMAX", [x], tensor((3, 4), "int8", *output), beta=1.0), [draw(rng, x)])


def test_int16_output_is_refused_by_name(rng: Rng) -> None:
    x = tensor((3, 4))
    with pytest.raises(UnsupportedError, match="softmax of int8, int16"):
        reference(single("SOFTMAX", [x], tensor((3, 4), "int16"), beta=1.0), [draw(rng, x)])


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("scale", [16.0, 64.0, 1000.0])
def test_scales_beyond_what_fixed_point_holds(rng: Rng, dtype: str, scale: float) -> None:
    model, x = softmax(dtype, (200, 3), scale, 4.0)
    assert_equals_litert(model, draw(rng, x), distinct=2)
