# SPDX-License-Identifier: MIT
"""DEQUANTIZE."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, litert, reference
from tests.material.tflite.write import (
    OperatorSpec,
    constant,
    draw,
    every_byte,
    model,
    single,
    tensor,
)

Rng = np.random.Generator


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("scale", [0.001, 0.0235, 0.5, 7.0])
@pytest.mark.parametrize("zero_point", [-128, 3, 127])
def test_every_byte_equals_litert(dtype: str, scale: float, zero_point: int) -> None:
    x, output = tensor((1, 16, 16, 1), dtype, scale, zero_point), tensor((1, 16, 16, 1), "float32")
    assert_equals_litert(single("DEQUANTIZE", [x], output), every_byte(dtype))


def test_computed_float16_is_widened(rng: Rng) -> None:
    x, output = tensor((3, 40), "float16"), tensor((3, 40), "float32")
    assert_equals_litert(single("DEQUANTIZE", [x], output), draw(rng, x))


def test_constant_float16_is_widened_when_the_file_is_read(rng: Rng) -> None:
    weights = constant(rng.normal(size=(3, 40)), np.float16)
    wide, x, output = (tensor((3, 40), "float32") for _ in range(3))
    operators = [
        OperatorSpec("DEQUANTIZE", [weights], [wide]),
        OperatorSpec("ADD", [x, wide], [output]),
    ]
    assert_equals_litert(model(operators, [x], [output]), draw(rng, x))


def test_int16_without_a_scale_is_refused_by_name() -> None:
    x, zeros = tensor((4,), "int16"), np.zeros(4, np.int16)
    made = single("DEQUANTIZE", [x], tensor((4,), "float32"))
    assert litert(made, [zeros])
    with pytest.raises(UnsupportedError, match="t0 has no quantization"):
        reference(made, [zeros])
