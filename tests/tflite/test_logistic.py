# SPDX-License-Identifier: MIT
"""LOGISTIC."""

from __future__ import annotations

import numpy as np
import pytest

from tests.material.tflite.litert import assert_equals_litert
from tests.material.tflite.write import draw, every_byte, single, tensor

Rng = np.random.Generator

QUANTIZATIONS = {  # scale and zero point of the input, of the output
    "fine": ((0.02, 3), (1 / 256, -128)),
    "usual": ((0.1, -20), (1 / 256, -128)),
    "coarse": ((0.3, 0), (1 / 256, -128)),
    "lowest-zero-point": ((0.04, -128), (1 / 256, -128)),
    "highest-zero-point": ((0.04, 127), (1 / 256, -128)),
    "odd": ((0.0471, 11), (1 / 256, -128)),
}


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("quantization", QUANTIZATIONS.values(), ids=QUANTIZATIONS.keys())
def test_every_byte_equals_litert(dtype: str, quantization: tuple[tuple[float, int], ...]) -> None:
    x, output = (tensor((1, 16, 16, 1), dtype, *each) for each in quantization)
    assert_equals_litert(single("LOGISTIC", [x], output), every_byte(dtype))


def test_floats_equal_litert(rng: Rng) -> None:
    x = tensor((3, 40), "float32")
    assert_equals_litert(single("LOGISTIC", [x], tensor((3, 40), "float32")), draw(rng, x) * 20)
