# SPDX-License-Identifier: MIT
"""TANH."""

from __future__ import annotations

import numpy as np
import pytest

from tests.material.tflite.litert import assert_equals_litert
from tests.material.tflite.write import draw, every_byte, single, tensor

Rng = np.random.Generator

QUANTIZATIONS = {  # scale and zero point of the input, of the output
    "fine": ((0.006, 3), (1 / 128, 0)),
    "usual": ((0.02, -20), (1 / 128, 0)),
    "coarse": ((0.05, 0), (1 / 128, 0)),
    "lowest-zero-point": ((0.02, -128), (1 / 128, 0)),
    "highest-zero-point": ((0.02, 127), (1 / 128, 0)),
    "odd": ((0.0171, 11), (1 / 128, 0)),
}


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("quantization", QUANTIZATIONS.values(), ids=QUANTIZATIONS.keys())
def test_every_byte_equals_litert(dtype: str, quantization: tuple[tuple[float, int], ...]) -> None:
    x, output = (tensor((1, 16, 16, 1), dtype, *each) for each in quantization)
    assert_equals_litert(single("TANH", [x], output), every_byte(dtype))


def test_floats_equal_litert(rng: Rng) -> None:
    x = tensor((3, 40), "float32")
    assert_equals_litert(single("TANH", [x], tensor((3, 40), "float32")), draw(rng, x) * 4)
