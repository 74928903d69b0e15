# SPDX-License-Identifier: MIT
"""SQRT."""

from __future__ import annotations

import numpy as np
import pytest

from tests.material.tflite.litert import assert_equals_litert, litert
from tests.material.tflite.write import draw, every_byte, single, tensor

Rng = np.random.Generator

QUANTIZATIONS = {  # scale and zero point of the input, of the output
    "usual": ((0.1, -128), (0.04, -128)),
    "fine": ((0.001, -128), (0.004, -128)),
    "coarse": ((3.0, -128), (0.3, -120)),
    "odd": ((0.0471, -128), (0.0213, -100)),
    "square-roots-in-steps": ((0.25, -128), (0.125, -128)),
}


@pytest.mark.parametrize("dtype", ["int8"])
@pytest.mark.parametrize("quantization", QUANTIZATIONS.values(), ids=QUANTIZATIONS.keys())
def test_every_byte_equals_litert(dtype: str, quantization: tuple[tuple[float, int], ...]) -> None:
    x, output = (tensor((1, 16, 16, 1), dtype, *each) for each in quantization)
    assert_equals_litert(single("SQRT", [x], output), every_byte(dtype))


def test_floats_equal_litert(rng: Rng) -> None:
    x = tensor((3, 40), "float32")
    assert_equals_litert(single("SQRT", [x], tensor((3, 40), "float32")), np.abs(draw(rng, x)))


def test_litert_has_no_kernel_for_uint8() -> None:
    x, output = tensor((1, 16, 16, 1), "uint8"), tensor((1, 16, 16, 1), "uint8")
    with pytest.raises(RuntimeError, match="UINT8 is unsupported by op Sqrt"):
        litert(single("SQRT", [x], output), [every_byte("uint8")])


def test_a_float_below_zero_has_no_root() -> None:
    model = single("SQRT", [tensor((3,), "float32")], tensor((3,), "float32"))
    assert_equals_litert(model, np.array([-1, 0, 4], np.float32))
