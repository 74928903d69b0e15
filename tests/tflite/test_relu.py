# SPDX-License-Identifier: MIT
"""RELU, RELU6 and RELU_N1_TO_1."""

from __future__ import annotations

import numpy as np
import pytest

from tests.material.tflite.litert import assert_equals_litert
from tests.material.tflite.write import draw, every_byte, single, tensor

Rng = np.random.Generator

OPERATORS = pytest.mark.parametrize("operator", ["RELU", "RELU6", "RELU_N1_TO_1"])
QUANTIZATIONS = {  # scale and zero point of the input, of the output
    "same": ((0.02, -30), (0.02, -30)),
    "finer": ((0.02, -9), (0.011, -80)),
    "coarser": ((0.02, -100), (0.029, 7)),
    "halves": ((0.015625, 0), (0.03125, 0)),
    "lowest-zero-points": ((0.01, -128), (0.012, -128)),
    "highest-zero-points": ((0.01, 127), (0.012, 127)),
    "clamps-everything": ((3.0, -128), (0.02, -128)),
    "clamps-nothing": ((0.001, -128), (0.001, -128)),
}


@OPERATORS
@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("quantization", QUANTIZATIONS.values(), ids=QUANTIZATIONS.keys())
def test_every_byte_equals_litert(
    operator: str, dtype: str, quantization: tuple[tuple[float, int], ...]
) -> None:
    x, output = (tensor((1, 16, 16, 1), dtype, *each) for each in quantization)
    assert_equals_litert(single(operator, [x], output), every_byte(dtype), distinct=1)


@OPERATORS
def test_floats_equal_litert(rng: Rng, operator: str) -> None:
    x = tensor((3, 40), "float32")
    assert_equals_litert(
        single(operator, [x], tensor((3, 40), "float32")), draw(rng, x) * 4, distinct=5
    )
