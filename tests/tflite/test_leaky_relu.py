# SPDX-License-Identifier: MIT
"""LEAKY_RELU."""

from __future__ import annotations

import numpy as np
import pytest

from tests.material.tflite.litert import assert_equals_litert
from tests.material.tflite.write import draw, every_byte, single, tensor

Rng = np.random.Generator

QUANTIZATIONS = {  # scale and zero point of the input, of the output
    "same": ((0.1, 3), (0.1, 3)),
    "finer": ((0.1, -9), (0.03, 7)),
    "coarser": ((0.1, -9), (0.29, 7)),
    "halves": ((0.25, 0), (0.5, 0)),
    "quarters": ((0.25, 5), (1.0, 0)),
    "lowest-zero-points": ((0.05, -128), (0.07, -128)),
    "highest-zero-points": ((0.05, 127), (0.03, 127)),
    "opposite-zero-points": ((0.05, 127), (0.05, 0)),
}


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("quantization", QUANTIZATIONS.values(), ids=QUANTIZATIONS.keys())
def test_every_byte_equals_litert(dtype: str, quantization: tuple[tuple[float, int], ...]) -> None:
    x, output = (tensor((1, 16, 16, 1), dtype, *each) for each in quantization)
    assert_equals_litert(single("LEAKY_RELU", [x], output, alpha=0.3), every_byte(dtype))


def test_floats_equal_litert(rng: Rng) -> None:
    x = tensor((3, 40), "float32")
    assert_equals_litert(
        single("LEAKY_RELU", [x], tensor((3, 40), "float32"), alpha=0.3), draw(rng, x) * 4
    )


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("alpha", [0.0, 0.01, 0.1, 0.5, 1.0, 1.7, -0.2])
def test_any_slope(rng: Rng, dtype: str, alpha: float) -> None:
    x, output = (tensor((2, 60), dtype, 0.1, zero) for zero in (9, -12))
    assert_equals_litert(single("LEAKY_RELU", [x], output, alpha=alpha), draw(rng, x), distinct=30)
