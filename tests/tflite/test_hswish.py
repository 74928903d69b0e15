# SPDX-License-Identifier: MIT
"""HARD_SWISH."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, litert, reference
from tests.material.tflite.write import draw, every_byte, single, tensor

Rng = np.random.Generator

QUANTIZATIONS = {  # scale and zero point of the input, of the output
    "usual": ((0.05, 3), (0.04, -118)),
    "fine": ((0.004, -20), (0.002, -3)),
    "output-finer": ((0.03, 0), (0.01, 0)),
    "coarse": ((0.3, 0), (0.2, -128)),
    "gate-saturates": ((1.9, 5), (1.1, -100)),
    "gate-shifts-down": ((0.0001, 5), (0.00008, 10)),
    "lowest-zero-points": ((0.03, -128), (0.03, -128)),
    "highest-zero-points": ((0.03, 127), (0.003, 127)),
}


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("quantization", QUANTIZATIONS.values(), ids=QUANTIZATIONS.keys())
def test_every_byte_equals_litert(dtype: str, quantization: tuple[tuple[float, int], ...]) -> None:
    x, output = (tensor((1, 16, 16, 1), dtype, *each) for each in quantization)
    assert_equals_litert(single("HARD_SWISH", [x], output), every_byte(dtype))


def test_floats_equal_litert(rng: Rng) -> None:
    x = tensor((3, 40), "float32")
    assert_equals_litert(single("HARD_SWISH", [x], tensor((3, 40), "float32")), draw(rng, x) * 4)


def test_an_output_too_fine_for_16_bits_is_refused_by_name() -> None:
    x, output = tensor((1, 16, 16, 1), "int8", 2.0), tensor((1, 16, 16, 1), "int8", 0.01)
    model = single("HARD_SWISH", [x], output)
    with pytest.raises(RuntimeError, match="output_multiplier_exponent"):
        litert(model, [every_byte("int8")])
    with pytest.raises(UnsupportedError, match=r"hswish .*128 times the output's"):
        reference(model, [every_byte("int8")])
