# SPDX-License-Identifier: MIT
"""ABS."""

from __future__ import annotations

import numpy as np
import pytest

from tests.material.tflite.litert import assert_equals_litert, litert
from tests.material.tflite.write import draw, every_byte, single, tensor

Rng = np.random.Generator

QUANTIZATIONS = {  # scale and zero point of the input, of the output
    "same": ((0.1, 3), (0.1, 3)),
    "finer": ((0.1, -9), (0.03, 7)),
    "coarser": ((0.1, -9), (0.29, 7)),
    "halves": ((0.25, 0), (0.5, 0)),
    "quarters": ((0.25, 5), (1.0, 0)),
    "lowest-zero-points": ((0.05, -128), (0.07, -128)),
    "highest-zero-points": ((0.05, 127), (0.07, -128)),
    "opposite-zero-points": ((0.05, 127), (0.05, 0)),
}


@pytest.mark.parametrize("dtype", ["int8"])
@pytest.mark.parametrize("quantization", QUANTIZATIONS.values(), ids=QUANTIZATIONS.keys())
def test_every_byte_equals_litert(dtype: str, quantization: tuple[tuple[float, int], ...]) -> None:
    x, output = (tensor((1, 16, 16, 1), dtype, *each) for each in quantization)
    assert_equals_litert(single("ABS", [x], output), every_byte(dtype))


def test_floats_equal_litert(rng: Rng) -> None:
    x = tensor((3, 40), "float32")
    assert_equals_litert(single("ABS", [x], tensor((3, 40), "float32")), draw(rng, x) * 4)


def test_litert_has_no_kernel_for_uint8() -> None:
    x, output = tensor((1, 16, 16, 1), "uint8"), tensor((1, 16, 16, 1), "uint8")
    with pytest.raises(RuntimeError, match="UINT8 is unsupported by op Abs"):
        litert(single("ABS", [x], output), [every_byte("uint8")])
