# SPDX-License-Identifier: MIT
"""PRELU."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import constant, draw, every_pair, single, tensor

Rng = np.random.Generator

QUANTIZATIONS = {  # scale and zero point of the input, of alpha, of the output
    "plain": ((0.1, 3), (0.01, 3), (0.1, 3)),
    "lowest-zero-points": ((0.02, -128), (0.03, -128), (0.04, -128)),
    "highest-zero-points": ((0.02, 127), (0.03, 127), (0.04, -128)),
    "steep": ((0.1, 0), (1.0, 0), (0.5, 0)),
    "slopes-tiny": ((0.1, 0), (0.0001, 0), (0.1, 0)),
    "product-rounds-in-float32": ((0.125, 0), (0.046, 0), (0.021, 0)),
    "halves": ((0.5, 0), (0.25, 0), (1.0, 0)),
}


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("quantization", QUANTIZATIONS.values(), ids=QUANTIZATIONS.keys())
def test_every_pair_of_bytes_equals_litert(
    dtype: str, quantization: tuple[tuple[float, int], ...]
) -> None:
    x, alpha, output = (tensor((256, 256), dtype, *each) for each in quantization)
    assert_equals_litert(single("PRELU", [x, alpha], output), *every_pair(dtype))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("shape", [(1, 1, 5), (5,), (3, 4, 5)])
def test_slopes_are_broadcast(rng: Rng, dtype: str, shape: tuple[int, ...]) -> None:
    x, output = tensor((2, 3, 4, 5), dtype), tensor((2, 3, 4, 5), dtype)
    alpha = tensor(shape, dtype, 0.02, -5)
    fixed = constant(draw(rng, alpha), dtype, scale=alpha.scale, zero_point=alpha.zero_point)
    assert_equals_litert(single("PRELU", [x, fixed], output), draw(rng, x))


def test_mixed_dtypes_are_refused_by_name(rng: Rng) -> None:
    x, alpha = tensor((2, 5), "float32"), constant(np.ones((2, 5)), np.int8, scale=0.1)
    with pytest.raises(UnsupportedError, match="prelu of float32, int8, float32"):
        reference(single("PRELU", [x, alpha], tensor((2, 5), "float32")), [draw(rng, x)])
